const steps = [1, 7, 14, 30, 60];
const dayMs = 86_400_000;

/** How near the end of something is: the step of the warning in days, 60, 30, 14, 7 or 1; undefined while it is far. */
export function expiryStep(at: Date, now: Date): number | undefined {
  return steps.find((days) => at.getTime() - now.getTime() <= days * dayMs);
}
