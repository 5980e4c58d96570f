import type { Fault } from '../../core/fault.js';
import { type DigestView, digestView } from './digest-view.js';
import { type MailView, mailView } from './mail-view.js';
import { sampleDigest } from './sample-digest.js';
import { sampleEvent, sampleKinds } from './sample-event.js';
import { openTemplates } from './templates.js';

const sampleTime = new Date('2026-03-01T05:10:00Z');

/** Tries a user's templates on each of the samples: what does not work, CONFIG_TEMPLATE, each file once. */
export async function checkTemplates(folder: string): Promise<readonly Fault[]> {
  const faults: Fault[] = [];
  const own = {
    folder,
    onTrouble: async (fault: Fault) => {
      faults.push(fault);
    },
  };
  const templates = openTemplates<MailView>(own);
  for (const kind of sampleKinds)
    await templates.render(
      mailView({
        events: [sampleEvent(kind, sampleTime)],
        tag: '#sample',
        expiresMs: 8 * 3_600_000,
        timeZone: 'UTC',
        now: sampleTime,
      }),
    );
  const { view } = digestView({
    ...{
      events: sampleDigest(sampleTime),
      tag: '#sample',
      expiresMs: 8 * 3_600_000,
      timeZone: 'UTC',
      now: sampleTime,
    },
  });
  await openTemplates<DigestView>({ ...own, prefix: 'digest-' }).render(view);
  return faults;
}
