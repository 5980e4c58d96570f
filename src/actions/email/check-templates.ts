import type { Fault } from '../../core/fault.js';
import { type DigestView, digestView } from './digest-view.js';
import { type MailView, mailView } from './mail-view.js';
import { sampleDigest } from './sample-digest.js';
import { sampleEvent, sampleKinds } from './sample-event.js';
import { openTemplates } from './templates.js';

const sampleTime = new Date('2026-03-01T05:10:00Z');

/** As many ways as a mail can be in: replies are read, or not at the moment. */
const frames = [undefined, sampleTime].map((unreadSince) => ({
  ...{
    tag: '#sample',
    replyTo: 'alerts+sample@example.com',
    expiresMs: 8 * 3_600_000,
    unreadSince,
    timeZone: 'UTC',
    now: sampleTime,
  },
}));

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
  const digests = openTemplates<DigestView>({ ...own, prefix: 'digest-' });
  for (const frame of frames) {
    for (const kind of sampleKinds)
      await templates.render(mailView({ ...frame, events: [sampleEvent(kind, sampleTime)] }));
    await digests.render(digestView({ ...frame, events: sampleDigest(sampleTime) }).view);
  }
  return faults;
}
