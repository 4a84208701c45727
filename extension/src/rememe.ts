// The one client of all commands, and the user's preferences, typed.
import { getPreferenceValues } from "@raycast/api";
import { createClient } from "./daemon/client";
import { findPlaces, type Places } from "./daemon/places";

export const preferences = (): Preferences => getPreferenceValues<Preferences>();

export const places = (): Places => findPlaces(preferences().dataDirectory || undefined);

export const rememe = createClient(places);
