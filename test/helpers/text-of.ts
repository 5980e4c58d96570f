/** What a mail says in its plain text, out of quoted-printable. */
export function textOf(mail: string): string {
  const part = /\r\nContent-Type: text\/plain.*?\r\n\r\n(.*?)\r\n--/s.exec(mail)?.[1] ?? '';
  return part
    .replaceAll('=\r\n', '')
    .replaceAll('\r\n', '\n')
    .replace(/(=[0-9A-F]{2})+/g, (bytes) => Buffer.from(bytes.replaceAll('=', ''), 'hex').toString())
    .trim();
}
