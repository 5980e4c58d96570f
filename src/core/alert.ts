/** Where an alert stands. `acknowledged` means firing, and a person has it. */
export type AlertStatus = 'firing' | 'acknowledged' | 'resolved';

/** Who has an alert, since when, until when. */
export interface AlertOwner {
  /** The mail address (or the monitor's user name) of the person. */
  readonly author: string;
  readonly comment: string;
  readonly at: Date;
  /** When the acknowledgement runs out; absent when it holds until the alert is resolved. */
  readonly expiresAt?: Date;
}

/**
 * One firing of one condition that a monitor watches.
 *
 * `fingerprint` names the condition and stays the same from firing to firing; `id` names this firing.
 * Acknowledgements, references and mail threads belong to the `id`.
 */
export interface Alert {
  readonly id: string;
  /** The monitor's name, a slash, and the monitor's own fingerprint. */
  readonly fingerprint: string;
  /** The name of the monitor that raised it, or `ackmail` for a system error. */
  readonly source: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** The monitor's own word in lower case (`critical`, `warning`, `info`, …); see `severityRank`. */
  readonly severity: string;
  readonly status: AlertStatus;
  readonly startsAt: Date;
  readonly endsAt?: Date;
  /** A link to the alert in the monitor, http or https. */
  readonly url?: string;
  /** Who has it, while `status` is `acknowledged`, and who had it, when it is `resolved`. */
  readonly owner?: AlertOwner;
  /** Who gave it back by a reply, as long as nobody has taken it since. */
  readonly givenBack?: Pick<AlertOwner, 'author' | 'comment' | 'at'>;
}

/**
 * What happened to an alert. `fired` opens it, `repeated` says that it still fires, `resolved` ends it;
 * `acknowledged` and `unacknowledged` tell of what a person did in the monitor itself.
 */
export type AlertEventKind = 'fired' | 'repeated' | 'resolved' | 'acknowledged' | 'unacknowledged';

/** Why an action tells of a firing later than others did. */
export interface Escalation {
  /** For so long at least it has fired and nobody had it, in milliseconds. */
  readonly afterMs: number;
  /** The other actions that told of it before. */
  readonly toldBy: readonly string[];
}

/** One thing that happened to one alert. */
export interface AlertEvent {
  /** The same when the same event is delivered again, and never the same for two events. */
  readonly id: string;
  readonly kind: AlertEventKind;
  readonly at: Date;
  readonly alert: Alert;
  /** Set where an action tells of it as a step of escalation, at that moment. */
  readonly escalation?: Escalation;
}

/** An alert as a monitor knows it: the pipeline gives it its `id`, its status and its owner. */
export type RaisedAlert = Omit<Alert, 'id' | 'status' | 'owner' | 'givenBack'>;

/** An alert event as a monitor raises it. */
export interface RaisedEvent {
  readonly id: string;
  readonly kind: AlertEventKind;
  readonly at: Date;
  readonly alert: RaisedAlert;
  /** Who did it, for `acknowledged`. */
  readonly owner?: AlertOwner;
}
