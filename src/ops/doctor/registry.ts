import { accessChecks } from './checks/access.ts';
import { activityChecks } from './checks/activity.ts';
import { connectionChecks } from './checks/connection.ts';
import { contentChecks } from './checks/content.ts';
import { machineChecks } from './checks/machine.ts';
import { retentionChecks } from './checks/retention.ts';
import { schemaChecks } from './checks/schema.ts';
import { serverChecks } from './checks/server.ts';
import { upkeepChecks } from './checks/upkeep.ts';
import type { Check } from './contract.ts';

/** Everything the doctor looks at, in the order of its page and of the handbook. */
export const checks: readonly Check[] = [
  ...serverChecks,
  ...connectionChecks,
  ...schemaChecks,
  ...upkeepChecks,
  ...activityChecks,
  ...contentChecks,
  ...retentionChecks,
  ...machineChecks,
  ...accessChecks,
];
