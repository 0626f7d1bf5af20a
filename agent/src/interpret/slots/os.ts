import type { osNames } from '../../requests/slots.ts';

type Os = (typeof osNames)[number];

/** What people call an operating system → its name in the request language. Longer ones first. */
const names: readonly (readonly [pattern: string, os: Os])[] = [
  ['windows server 2025', 'windows-server-2025'],
  ['windows server 2022', 'windows-server-2022'],
  ['windows server', 'windows-server-2025'],
  ['server 2025', 'windows-server-2025'],
  ['server 2022', 'windows-server-2022'],
  ['windows 11|win ?11|windows', 'windows-11'],
  ['debian[ -]?13|debian trixie|trixie', 'debian-13'],
  ['debian[ -]?12|debian bookworm|bookworm', 'debian-12'],
  ['debian', 'debian-13'],
  ['ubuntu[ -]?24(?:\\.04)?(?: lts)?|noble', 'ubuntu-24.04'],
  ['ubuntu[ -]?22(?:\\.04)?(?: lts)?|jammy', 'ubuntu-22.04'],
  ['ubuntu', 'ubuntu-24.04'],
  ['rocky(?: linux)?(?:[ -]?9)?', 'rocky-9'],
  ['alma ?linux(?:[ -]?9)?|alma(?:[ -]?9)?', 'alma-9'],
  ['fedora', 'fedora'],
  ['alpine(?: linux)?', 'alpine'],
  ['open ?suse', 'opensuse'],
  ['arch(?: linux)?', 'arch'],
];

export const osPattern = `(?:${names.map(([pattern]) => pattern).join('|')}) `;

/** The operating system that a phrase names; a bare distribution is its newest listed release. */
export function readOs(text: string): Os | undefined {
  const trimmed = text.trim();
  return names.find(([pattern]) => new RegExp(`^(?:${pattern})$`, 'i').test(trimmed))?.[1];
}
