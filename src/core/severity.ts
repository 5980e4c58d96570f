const ranks: readonly (readonly string[])[] = [
  ['critical', 'emergency', 'disaster', 'fatal', 'page', 'down', 'alert'],
  ['error', 'high', 'major', 'unreachable'],
  ['warning', 'average', 'minor', 'warn', 'ticket', 'unknown'],
  ['info', 'information', 'low', 'notice', 'none', 'ok', 'not classified'],
];

/**
 * How urgent a severity is: 0 is the most urgent (critical), 3 the least (info).
 *
 * Monitors use their own words; a word that no monitor is known for ranks as a warning.
 */
export function severityRank(severity: string): number {
  const rank = ranks.findIndex((words) => words.includes(severity.toLowerCase()));
  return rank === -1 ? 2 : rank;
}
