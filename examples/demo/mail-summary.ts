import { simpleParser } from 'mailparser';
import { headerField } from '../../test/helpers/lab.js';

/** What a person sees of a mail on a phone: From and To, where a reply goes, the subject, the first line. */
export async function mailSummary(mail: string): Promise<readonly string[]> {
  const { subject = '', text = '' } = await simpleParser(mail, { skipHtmlToText: true });
  const [firstLine = ''] = text.trim().split('\n');
  return [
    `From ${headerField(mail, 'From')} to ${headerField(mail, 'To')}, reply to ${shortened(headerField(mail, 'Reply-To'))}`,
    `Subject: ${subject}`,
    firstLine,
  ];
}

function shortened(address: string): string {
  return address.replace(/(\+[^@]{8})[^@]+@/, '$1…@');
}
