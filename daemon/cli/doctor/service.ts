// The service: installed, as this version would write it, and what its manager says.
import type { Context } from "../command.ts";
import { shortPath } from "../output.ts";
import { planInstall } from "../service/install.ts";
import { isInstalled, type System } from "../service/service.ts";
import { type Line, ok, problem, warning } from "./line.ts";

export async function checkService(context: Context, system?: System): Promise<readonly Line[]> {
  const { program, home } = context;
  const { service, isChanged, isUpgrade: hasCopy } = planInstall(context, system);
  if (!isInstalled(service)) {
    return [
      ok("service", `not installed; \`${program} start\` runs it in a terminal, \`${program} install\` for good`),
    ];
  }
  const file = shortPath(service.file, home);
  const again = `Run: ${program} install`;
  if (!hasCopy) return [problem("service", `${file} is there, but the program it runs is not`, again)];
  const asExpected = isChanged
    ? warning("service-file", `${file} is not what this version and these variables would write`, again)
    : ok("service-file", `${file} is as it should be`);
  const trouble = await service.trouble();
  const state = trouble === null ? ok("service", `${service.manager} has no complaint`) : null;
  return [
    asExpected,
    state ?? warning("service", trouble ?? "", `See \`${program} logs\`; \`${program} restart\` tries again.`),
  ];
}
