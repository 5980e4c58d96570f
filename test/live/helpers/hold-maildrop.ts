import { connect } from 'node:tls';
import { testCertificate } from '../../helpers/certificate.js';

/** Another program that reads a maildrop over POP3, and has it for itself until it is let go. */
export async function holdMaildrop(
  port: number,
  user: string,
  password: string,
): Promise<{ letGo(): Promise<void> }> {
  const { cert } = await testCertificate();
  const socket = connect({ host: '127.0.0.1', port, servername: 'localhost', ca: cert });
  const lines = socket.setEncoding('utf8').iterator({ destroyOnReturn: false });
  const ask = async (command: string) => {
    if (command) socket.write(`${command}\r\n`);
    const { value } = await lines.next();
    if (!String(value).startsWith('+OK')) throw new Error(`The maildrop is not ours: ${value}`);
  };
  for (const command of ['', `USER ${user}`, `PASS ${password}`]) await ask(command);
  return {
    async letGo() {
      await ask('QUIT');
      socket.destroy();
    },
  };
}
