import { faults } from './faults.js';

/** The name of a fault: its prefix says whose it is (CONFIG_, OAUTH_, SMTP_, IMAP_, POP3_, ACK_, HOST_, STORE_, ACTION_). */
export type FaultCode = keyof typeof faults;

/** What a fault knows of the case. Never a token, a secret or a body. */
export type FaultFacts = Readonly<Record<string, string | number>>;

/** Whether a text is the code of a fault that this version knows. */
export function isFaultCode(code: string): code is FaultCode {
  return Object.hasOwn(faults, code);
}

/** The one class of error that crosses folders. */
export class Fault extends Error {
  readonly code: FaultCode;
  /** Worth trying again without anybody doing anything. */
  readonly transient: boolean;
  readonly facts: FaultFacts;
  /** The one thing to do: a `remedy` among the facts, which knows the case better, or that of the table. */
  readonly remedy: string;

  constructor(code: FaultCode, facts: FaultFacts = {}, cause?: unknown) {
    const { text, transient, remedy } = faults[code];
    super(fill(text, facts), cause === undefined ? undefined : { cause });
    this.name = 'Fault';
    this.code = code;
    this.transient = transient;
    this.facts = facts;
    this.remedy = fill(String(facts['remedy'] ?? remedy), facts);
  }

  /** The fault itself, or `wrap` of anything else that was thrown. */
  static from(thrown: unknown, wrap: (detail: string, cause: unknown) => Fault): Fault {
    return thrown instanceof Fault ? thrown : wrap(describe(thrown), thrown);
  }
}

/** One line about anything that was thrown, without line breaks, at most 300 characters. */
export function describe(thrown: unknown): string {
  const error = thrown instanceof AggregateError ? (thrown.errors[0] ?? thrown) : thrown;
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.replace(/\s+/g, ' ').trim().slice(0, 300);
}

function fill(template: string, facts: FaultFacts): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => String(facts[name] ?? 'unknown'));
}
