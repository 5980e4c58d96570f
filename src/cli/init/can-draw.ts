import util from 'node:util';

/**
 * Whether this Node has what questions are drawn with: `styleText` came with 20.12, and took several formats at once
 * only with 20.13. To load @clack/prompts without it throws.
 */
export function canDraw(): boolean {
  try {
    util.styleText(['inverse', 'hidden'], '');
    return true;
  } catch {
    return false;
  }
}
