/** The domain of an address, in lower case; a text without an @ is a domain itself. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}
