/** The remedy of what passes by itself. */
export const again = 'Nothing now; it is tried again by itself.';
