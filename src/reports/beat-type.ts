import { z } from 'zod';
import type { DocumentType } from '../core/store.js';
import type { Beat } from './heartbeat.js';

/** How the document of the heartbeat looks on disk. */
export const beatType: DocumentType<Beat> = {
  version: 1,
  parse: (value) => z.object({ at: z.iso.datetime().transform((text) => new Date(text)) }).parse(value),
};
