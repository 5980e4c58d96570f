/** As much of hoodiecrow-imap 2.1 as the tests and the demo use. */
declare module 'hoodiecrow-imap' {
  import type { Server, Socket } from 'node:net';

  interface Message {
    uid: number;
    raw: string;
    flags: string[];
    internaldate: string;
  }

  interface Mailbox {
    path: string;
    uidvalidity: number;
    uidnext: number;
    messages: Message[];
    permanentFlags: string[];
    allowPermanentFlags: boolean;
  }

  interface Connection {
    server: ImapServer;
    socket: Socket | null;
    state: string;
    directNotifications: boolean;
    inputHandler: false | ((line: string) => void);
    _notificationCallback: (notification: unknown) => void;
    processNotifications(): void;
    send(response: object, description: string, parsed: Command, data: string): void;
    scheduleCommand(data: string): void;
  }

  interface Command {
    tag: string;
    command: string;
    attributes?: { type: string; value: string }[];
  }

  interface FetchItem {
    section?: { type: string; value: string }[];
    partial?: number[];
  }

  type CommandHandler = (connection: Connection, parsed: Command, data: string, done: () => void) => void;

  interface ImapServer {
    server: Server;
    storage: Record<string, object>;
    connectionHandlers: ((connection: Connection) => void)[];
    fetchHandlers: Record<
      string,
      (connection: Connection, message: Message, item: FetchItem) => { type: 'LITERAL'; value: string }
    >;
    registerCapability(name: string, usable?: (connection: Connection) => boolean): void;
    setCommandHandler(command: string, handler: CommandHandler): void;
    getCommandHandler(command: string): CommandHandler;
    getMailbox(path: string): Mailbox | undefined;
    createMailbox(path: string, mailbox?: object): void;
    deleteMailbox(path: string, keepContents?: boolean): void;
    indexFolders(): void;
    appendMessage(mailbox: string, flags: string[], internaldate: string, raw: string): { message: Message };
    on(event: 'notify', listener: (notification: unknown) => void): void;
    off(event: 'notify', listener: (notification: unknown) => void): void;
    listen(port: number, host: string): void;
    close(callback?: () => void): void;
  }

  export default function hoodiecrow(options: {
    plugins?: (string | ((server: ImapServer) => void))[];
    storage?: Record<string, object>;
    secureConnection?: boolean;
    credentials?: { key: string; cert: string };
  }): ImapServer;
  export type { Command, CommandHandler, Connection, FetchItem, ImapServer, Mailbox, Message };
}
