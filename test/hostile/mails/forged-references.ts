import { createReferences } from '../../../src/ack/reference/reference.js';
import { key, references } from '../../ack/scene.js';
import { type HostileMail, letter, mailsOf } from './hostile-mail.js';

const minted = (mailId: string) => references.mint(mailId, 'example.com');
const without = { To: 'alerts@example.com', 'In-Reply-To': undefined, References: undefined };
/** The reference of an honest reply, changed wherever it stands. */
const changed = (change: (reference: string) => string) => (mailId: string) => {
  const { subaddress } = minted(mailId);
  return letter(mailId).replaceAll(subaddress, change(subaddress));
};
const only = (fields: (mailId: string) => Readonly<Record<string, string>>) => (mailId: string) =>
  letter(mailId, { fields: { ...without, ...fields(mailId) } });
const other = createReferences({ key, installation: 'two' });
const stranger = createReferences({ key: Buffer.alloc(32, 9), installation: 'one' });
const flipped = (at: number) => (reference: string) =>
  reference.slice(0, at) + (reference[at] === 'a' ? 'b' : 'a') + reference.slice(at + 1);

/** Mails that answer none of ours, and want to seem to. */
export const forgedReferences: readonly HostileMail[] = [
  ...mailsOf(
    'altered reference',
    'ignored',
    Object.fromEntries(Array.from({ length: 43 }, (_, at) => [`character ${at + 1}`, changed(flipped(at))])),
  ),
  ...mailsOf('forged reference', 'ignored', {
    'the id of the mail alone': changed((reference) => reference.slice(4, 17)),
    'without its last character': changed((reference) => reference.slice(0, -1)),
    'without its first character': changed((reference) => reference.slice(1)),
    'half of it': changed((reference) => reference.slice(0, 21)),
    'one character more': changed((reference) => `${reference}a`),
    twice: changed((reference) => reference + reference),
    'with the MAC of nothing': changed((reference) => `${reference.slice(0, 17)}${'a'.repeat(26)}`),
    'with a MAC of NULs': changed((reference) => `${reference.slice(0, 17)}${'\0'.repeat(26)}`),
    'with the MAC of another mail': (mailId) => {
      const { subaddress } = minted('zzzzzzzzzzzzz');
      return changed((reference) => reference.slice(0, 17) + subaddress.slice(17))(mailId);
    },
    'of another installation': (mailId) =>
      changed(() => other.mint(mailId, 'example.com').subaddress)(mailId),
    'by another key': (mailId) => changed(() => stranger.mint(mailId, 'example.com').subaddress)(mailId),
    'by another key with our tag': (mailId) =>
      changed(
        (reference) => reference.slice(0, 4) + stranger.mint(mailId, 'example.com').subaddress.slice(4),
      )(mailId),
    'in fullwidth characters': changed((reference) =>
      reference.replace(/[a-z0-9]/g, (character) => String.fromCharCode(character.charCodeAt(0) + 0xfee0)),
    ),
    'in Cyrillic where it looks alike': changed((reference) => reference.replace(/[aceop]/g, '\u0430')),
    'with a dash in the middle': changed((reference) => `${reference.slice(0, 20)}-${reference.slice(20)}`),
    'with a NUL in the middle': changed((reference) => `${reference.slice(0, 20)}\0${reference.slice(20)}`),
    'in an encoded word': changed((reference) => `=?utf-8?q?${reference}?=`),
    'none at all': only(() => ({})),
    'in the body alone': (mailId) =>
      letter(mailId, {
        fields: without,
        body: `ack\r\n> ${minted(mailId).root} ${minted(mailId).messageId}\r\n`,
      }),
    'in the body behind an end of the header that others do not see': (mailId) =>
      letter(mailId, { fields: without, more: [`X-Note: a`, '', `References: ${minted(mailId).root}`] }),
    'in a field that nobody reads': only((mailId) => ({ 'X-Reference': minted(mailId).root })),
    'in Comments': only((mailId) => ({ Comments: minted(mailId).messageId })),
    'in its own Message-ID': only((mailId) => ({ 'Message-ID': minted(mailId).messageId })),
    'in the From': only((mailId) => ({ From: `<ops+${minted(mailId).subaddress}@example.com>` })),
    'in a Bcc': only((mailId) => ({ Bcc: `alerts+${minted(mailId).subaddress}@example.com` })),
    'behind another sign than the plus': only((mailId) => ({
      To: `alerts-${minted(mailId).subaddress}@example.com`,
    })),
    'a wrong tag in the subject': only(() => ({ Subject: 'Re: DiskFull [#aaaaaaaaaa]' })),
    'a thousand guessed tags in the subject': only(() => ({
      Subject: Array.from({ length: 1_000 }, (_, index) => `[#${String(index).padStart(10, 'a')}]`).join(' '),
    })),
    '5,000 wrong ones': only(() => ({
      References: Array.from(
        { length: 5_000 },
        (_, index) => `<${String(index).padStart(43, 'a')}@example.com>`,
      ).join('\r\n '),
    })),
    '5,000 wrong subaddresses': only(() => ({
      To: Array.from(
        { length: 1_000 },
        (_, index) => `a+${String(index).padStart(43, 'a')}@example.com`,
      ).join(',\r\n '),
    })),
  }),
  ...mailsOf('expired reference', 'refused', {
    'the mail is no longer on record': () => letter('gone000000000'),
    'in capitals': () =>
      letter('gone000000001').replaceAll(
        minted('gone000000001').subaddress,
        minted('gone000000001').subaddress.toUpperCase(),
      ),
  }),
  ...mailsOf('honest reference in an odd form', 'acknowledge', {
    'in capitals': changed((reference) => reference.toUpperCase()),
    'folded in the middle': (mailId) => {
      const { subaddress, messageId } = minted(mailId);
      const folded = messageId.replace(subaddress, `${subaddress.slice(0, 20)}\r\n ${subaddress.slice(20)}`);
      return letter(mailId, { fields: { ...without, 'In-Reply-To': folded } });
    },
    'in the subaddress alone': only((mailId) => ({ To: `alerts+${minted(mailId).subaddress}@example.com` })),
    'separated by commas': only((mailId) => ({
      References: `<x@y>,${minted(mailId).root},${minted(mailId).messageId}`,
    })),
    'behind 150 others': only((mailId) => ({
      References: `${Array.from({ length: 150 }, (_, index) => `<id-${index}@example.com>`).join('\r\n ')}\r\n ${minted(mailId).root}`,
    })),
  }),
];
