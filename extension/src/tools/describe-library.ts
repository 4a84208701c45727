// For Raycast AI: what there is to search in.
import { rememe } from "../rememe";

export default async function describeLibrary() {
  const [status, folders] = await Promise.all([rememe.status(), rememe.folders()]);
  const { counts, activity, secondsLeft, notices } = status;
  return {
    pictures: counts.images,
    waiting: counts.pending,
    unreadable: counts.failed,
    activity,
    secondsLeft,
    folders: folders.map(({ path, state, files }) => ({ path, state, files })),
    notices,
  };
}
