/** As much of a reply as is read, in bytes. */
export const longestSource = 1_048_576;
