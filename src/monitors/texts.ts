import { z } from 'zod';

/**
 * Labels or annotations: names with texts. Every name is kept, also `__proto__`, which Alertmanager takes like
 * any other and `z.record` leaves out.
 */
export const texts = z
  .custom<Readonly<Record<string, unknown>>>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    'is not an object',
  )
  .transform((value, context): Record<string, string> => {
    const entries = Object.entries(value).map(([name, text]) => {
      if (typeof text === 'string') return [name, text] as const;
      context.addIssue({ code: 'custom', path: [name], message: 'is not a text' });
      return [name, ''] as const;
    });
    return Object.fromEntries(entries);
  });
