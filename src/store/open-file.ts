import { open } from 'node:fs';
import { promisify } from 'node:util';

/** Opens a file or folder; the descriptor is closed by hand. Much cheaper than a `FileHandle`, and as patient. */
export const openFile: (path: string, flags: string, mode?: number) => Promise<number> = promisify(open);
