/** What a login to a mailbox is made with. */
export type MailboxCredential = { readonly pass: string } | { readonly accessToken: string };
