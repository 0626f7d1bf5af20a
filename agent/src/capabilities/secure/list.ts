import type { Check } from './check.ts';
import { ctSec001 } from './checks/ct-sec-001.ts';
import { ctSec002 } from './checks/ct-sec-002.ts';
import { ctSec003 } from './checks/ct-sec-003.ts';
import { ctSec004 } from './checks/ct-sec-004.ts';
import { ctSec005 } from './checks/ct-sec-005.ts';
import { ctSec006 } from './checks/ct-sec-006.ts';
import { ctSec007 } from './checks/ct-sec-007.ts';
import { ctSec008 } from './checks/ct-sec-008.ts';
import { ctSec009 } from './checks/ct-sec-009.ts';
import { ctSec010 } from './checks/ct-sec-010.ts';
import { ctSec011 } from './checks/ct-sec-011.ts';
import { ctSec012 } from './checks/ct-sec-012.ts';
import { ctSec013 } from './checks/ct-sec-013.ts';
import { ctSec014 } from './checks/ct-sec-014.ts';
import { ctSec015 } from './checks/ct-sec-015.ts';
import { ctSec016 } from './checks/ct-sec-016.ts';
import { ctSec017 } from './checks/ct-sec-017.ts';
import { ctSec018 } from './checks/ct-sec-018.ts';
import { ctSec019 } from './checks/ct-sec-019.ts';
import { ctSec020 } from './checks/ct-sec-020.ts';
import { ctSec021 } from './checks/ct-sec-021.ts';
import { ctSec022 } from './checks/ct-sec-022.ts';
import { ctSec023 } from './checks/ct-sec-023.ts';
import { ctSec024 } from './checks/ct-sec-024.ts';
import { vmSec001 } from './checks/vm-sec-001.ts';
import { vmSec002 } from './checks/vm-sec-002.ts';
import { vmSec003 } from './checks/vm-sec-003.ts';
import { vmSec004 } from './checks/vm-sec-004.ts';
import { vmSec005 } from './checks/vm-sec-005.ts';
import { vmSec006 } from './checks/vm-sec-006.ts';
import { vmSec007 } from './checks/vm-sec-007.ts';
import { vmSec008 } from './checks/vm-sec-008.ts';
import { vmSec009 } from './checks/vm-sec-009.ts';
import { vmSec010 } from './checks/vm-sec-010.ts';
import { vmSec011 } from './checks/vm-sec-011.ts';
import { vmSec012 } from './checks/vm-sec-012.ts';
import { vmSec013 } from './checks/vm-sec-013.ts';
import { vmSec014 } from './checks/vm-sec-014.ts';
import { vmSec015 } from './checks/vm-sec-015.ts';
import { vmSec016 } from './checks/vm-sec-016.ts';
import { vmSec017 } from './checks/vm-sec-017.ts';
import { vmSec018 } from './checks/vm-sec-018.ts';
import { vmSec019 } from './checks/vm-sec-019.ts';
import { vmSec020 } from './checks/vm-sec-020.ts';
import { vmSec021 } from './checks/vm-sec-021.ts';
import { vmSec022 } from './checks/vm-sec-022.ts';
import { vmSec023 } from './checks/vm-sec-023.ts';
import { vmSec024 } from './checks/vm-sec-024.ts';
import { vmSec025 } from './checks/vm-sec-025.ts';
import { vmSec026 } from './checks/vm-sec-026.ts';
import { vmSec027 } from './checks/vm-sec-027.ts';
import { vmSec028 } from './checks/vm-sec-028.ts';
import { vmSec029 } from './checks/vm-sec-029.ts';
import { vmSec030 } from './checks/vm-sec-030.ts';
import { vmSec031 } from './checks/vm-sec-031.ts';
import { vmSec032 } from './checks/vm-sec-032.ts';
import { vmSec033 } from './checks/vm-sec-033.ts';
import { vmSec034 } from './checks/vm-sec-034.ts';
import { vmSec035 } from './checks/vm-sec-035.ts';
import { vmSec036 } from './checks/vm-sec-036.ts';
import { vmSec037 } from './checks/vm-sec-037.ts';
import { vmSec038 } from './checks/vm-sec-038.ts';
import { vmSec039 } from './checks/vm-sec-039.ts';
import { vmSec040 } from './checks/vm-sec-040.ts';
import { vmSec041 } from './checks/vm-sec-041.ts';
import { vmSec042 } from './checks/vm-sec-042.ts';
import { vmSec043 } from './checks/vm-sec-043.ts';
import { vmSec044 } from './checks/vm-sec-044.ts';

/** Every check of catalogue sections 1 and 2, in the catalogue's order. A new check is one file and one line here. */
export const checks: readonly Check[] = [
  vmSec001,
  vmSec002,
  vmSec003,
  vmSec004,
  vmSec005,
  vmSec006,
  vmSec007,
  vmSec008,
  vmSec009,
  vmSec010,
  vmSec011,
  vmSec012,
  vmSec013,
  vmSec014,
  vmSec015,
  vmSec016,
  vmSec017,
  vmSec018,
  vmSec019,
  vmSec020,
  vmSec021,
  vmSec022,
  vmSec023,
  vmSec024,
  vmSec025,
  vmSec026,
  vmSec027,
  vmSec028,
  vmSec029,
  vmSec030,
  vmSec031,
  vmSec032,
  vmSec033,
  vmSec034,
  vmSec035,
  vmSec036,
  vmSec037,
  vmSec038,
  vmSec039,
  vmSec040,
  vmSec041,
  vmSec042,
  vmSec043,
  vmSec044,
  ctSec001,
  ctSec002,
  ctSec003,
  ctSec004,
  ctSec005,
  ctSec006,
  ctSec007,
  ctSec008,
  ctSec009,
  ctSec010,
  ctSec011,
  ctSec012,
  ctSec013,
  ctSec014,
  ctSec015,
  ctSec016,
  ctSec017,
  ctSec018,
  ctSec019,
  ctSec020,
  ctSec021,
  ctSec022,
  ctSec023,
  ctSec024,
];
