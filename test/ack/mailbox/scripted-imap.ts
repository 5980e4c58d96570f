import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/**
 * What a scripted server does with one command: the lines that it answers, the tag put in place of `TAG`. What the client
 * says in the middle of a login is `ANSWER` and its line.
 */
export type Script = (command: string, connection: number, socket: Socket) => readonly string[] | undefined;

/** An IMAP server that says what a test wants, for what no real server can be brought to say. */
export async function startScriptedImap(script: Script) {
  const sockets = new Set<Socket>();
  const commands: string[] = [];
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    const connection = connections;
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.write('* OK ready\r\n');
    let rest = '';
    let idle: string | undefined;
    let login: string | undefined;
    socket.on('data', (chunk) => {
      rest += chunk.toString('latin1');
      for (let end = rest.indexOf('\r\n'); end !== -1; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        if (line === 'DONE') {
          socket.write(`${idle} OK done\r\n`);
          continue;
        }
        const isAnswer = login !== undefined && !line.includes(' ');
        const [tag = '', ...words] = isAnswer ? [login, 'ANSWER', line] : line.split(' ');
        const command = words.join(' ');
        commands.push(/^(AUTHENTICATE|LOGIN)/.exec(command)?.[0] ?? command);
        if (command === 'IDLE') idle = tag;
        login = command.startsWith('AUTHENTICATE') || isAnswer ? tag : undefined;
        const answer = script(command, connection, socket) ?? ordinary(command);
        for (const each of answer) socket.write(`${each.replace('TAG', tag)}\r\n`);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    commands,
    connections: () => connections,
    sockets,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** As an ordinary server with an empty INBOX answers. */
function ordinary(command: string): readonly string[] {
  const [verb = ''] = command.split(' ');
  switch (verb) {
    case 'CAPABILITY':
      return [
        '* CAPABILITY IMAP4rev1 AUTH=XOAUTH2 AUTH=PLAIN SASL-IR IDLE UIDPLUS MOVE NAMESPACE',
        'TAG OK done',
      ];
    case 'NAMESPACE':
      return ['* NAMESPACE (("" "/")) NIL NIL', 'TAG OK done'];
    case 'LIST':
      return ['* LIST () "/" INBOX', 'TAG OK done'];
    case 'SELECT':
      return [
        '* FLAGS (\\Seen)',
        '* 0 EXISTS',
        '* OK [UIDVALIDITY 1] ok',
        '* OK [UIDNEXT 1] ok',
        'TAG OK [READ-WRITE] done',
      ];
    case 'IDLE':
      return ['+ idling'];
    case 'UID':
      return [...(command.startsWith('UID SEARCH') ? ['* SEARCH'] : []), 'TAG OK done'];
    default:
      return ['TAG OK done'];
  }
}
