const prefix = 'held.';

/** How a document of the outbox is named that came from a backup. */
export const heldName = {
  fits: (name: string): boolean => name.startsWith(prefix),
  of: (name: string): string => (heldName.fits(name) ? name : prefix + name),
  without: (name: string): string => (heldName.fits(name) ? name.slice(prefix.length) : name),
};
