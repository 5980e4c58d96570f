/** What other people have in a mailbox that alerts use, too; in INBOX unless told. */
export const mailOfOthers: readonly { raw: string | Buffer; mailbox?: string; flags?: string[] }[] = [
  { raw: 'From: a@example.com\r\nSubject: Unread\r\n\r\nHello.\r\n' },
  { raw: 'From: b@example.com\r\nSubject: Read\r\n\r\nHello.\r\n', flags: ['\\Seen', '\\Answered'] },
  { raw: 'From: c@example.com\r\nSubject: To be deleted\r\n\r\nNot yet.\r\n', flags: ['\\Deleted'] },
  { raw: 'From: d@example.com\r\nSubject: Kept\r\n\r\nLook!\r\n', flags: ['\\Flagged', '$Label1'] },
  { raw: 'Subject: Re: [CRITICAL] DiskFull on db1\r\nFrom: ops@example.com\r\n\r\nack\r\n' },
  {
    raw: `From: ops@example.com\r\nIn-Reply-To: <${'a'.repeat(43)}@example.com>\r\nSubject: Re: theirs\r\n\r\nack\r\n`,
  },
  { raw: Buffer.from('From: e@example.com\r\nSubject: Gr\xfc\xdfe\r\n\r\n\x80\xff\r\n', 'latin1') },
  { raw: 'From: f@example.com\r\nSubject: Junk\r\n\r\nBuy!\r\n', mailbox: 'Junk' },
  { raw: 'From: g@example.com\r\nSubject: Junk\r\n\r\nBuy!\r\n', mailbox: 'Junk', flags: ['\\Deleted'] },
];
