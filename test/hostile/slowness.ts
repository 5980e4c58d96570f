/** What `work` takes of a processor that is as fast as those which the limits of the tests were set on, in milliseconds. */
const ordinaryMs = 100;

/** How many times slower the processor is now than an ordinary one, at least 1: a shared machine is, for minutes. */
export function slowness(): number {
  // The first one is compiled meanwhile.
  work();
  const begun = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(begun);
  return Math.max(1, (user + system) / 1_000 / ordinaryMs);
}

/** What reading mail is: text is made, searched and taken apart. */
function work(): void {
  let found = 0;
  for (let round = 0; round < 60; round += 1) {
    const text = Array.from(
      { length: 4_000 },
      (_, line) => `${line * round} header: a line of a mail\r\n`,
    ).join('');
    for (const line of text.split('\r\n')) if (/^(\d+) header: .*mail$/.test(line)) found += 1;
    found += Buffer.from(text).indexOf('no such words');
  }
  if (found === 0) throw new Error('Nothing was found.');
}
