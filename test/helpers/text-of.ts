/** What a mail says in its plain text, without the line ends that only the transfer made. */
export function textOf(mail: string): string {
  const part = /\r\nContent-Type: text\/plain.*?\r\n\r\n(.*?)\r\n--/s.exec(mail)?.[1] ?? '';
  return part.replaceAll('=\r\n', '').replaceAll('\r\n', '\n').replaceAll('=3D', '=').trim();
}
