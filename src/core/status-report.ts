import type { ReportSection } from './report-section.js';
import type { Expiry } from './status.js';
import type { SystemError } from './system-error.js';

/** From when until when; `from` counts to it, `to` does not. */
export interface ReportSpan {
  readonly from: Date;
  readonly to: Date;
}

/** How many alerts of a kind fired in a span, and how many of those somebody has acknowledged by its end. */
export interface FiredCount {
  /** The severity or the monitor, as it named itself. */
  readonly name: string;
  readonly fired: number;
  readonly acknowledged: number;
}

/** What became of the mails of an action, or of all. */
export interface DeliveryCount {
  /** How often a server took a mail for at least one recipient: what goes out in two transactions counts twice. */
  readonly mails: number;
  /** How many recipients a server took a mail for; one mail to three people is three. */
  readonly accepted: number;
  /** How often a server put a recipient off; one who is put off three times is three. */
  readonly deferred: number;
  /** How many recipients a server refused a mail for, for good. */
  readonly rejected: number;
  /** How many recipients a mail came back for that a server had taken. */
  readonly bounced: number;
  /** How many events were told to nobody any more, since they had waited too long. */
  readonly givenUp: number;
  /** How many events an operator took out of the outbox. */
  readonly dropped: number;
}

/** What fired on some days, and how soon it was acknowledged. */
export interface ReportDays {
  /** When they begin: midnight in the time zone of the report, or the beginning of the span. */
  readonly from: Date;
  readonly fired: number;
  /** How many of these are acknowledged, whenever that was. */
  readonly acknowledged: number;
  readonly medianMs?: number;
  readonly percentile90Ms?: number;
}

/** A firing that nobody has acknowledged. */
export interface UnacknowledgedAlert {
  readonly alertId: string;
  readonly name: string;
  readonly severity: string;
  readonly source: string;
  readonly firedAt: Date;
  /** Whether it fires now, when the report is made. */
  readonly firing: boolean;
  /** When it ended; absent while it fires, and where its end is not on record. */
  readonly endedAt?: Date;
  /** From when it fired until it ended, or until now while it fires; absent where its end is not on record. */
  readonly lastedMs?: number;
}

/** Something of an account that ends by itself. */
export interface ReportedExpiry extends Pick<Expiry, 'what' | 'at' | 'remedy'> {
  readonly account: string;
}

/**
 * How alerting went in a span of time, made from the history, and how it stands when the report is made.
 *
 * An alert here is one firing of a condition, by its id. It counts on the day on which it was first accepted here; that
 * it still fires, is told again or is raised a second time counts nothing, and when the condition fires again after its
 * end it is another alert. Our own system errors are no alerts here, though the mails that tell of them count as mails.
 * An alert is acknowledged by the first acknowledgement that the monitor took, whether it came by a reply, from the
 * console or from the monitor itself, also where it was given back or ran out later. Entries from before `from` or
 * from `to` on count nothing, so what a clock that was ahead has dated in the future does not count yet.
 */
export interface StatusReport extends ReportSpan {
  readonly version: string;
  readonly madeAt: Date;
  /** The IANA name of the zone that its days are those of. */
  readonly timeZone: string;
  /** The first day (UTC) that the history has; absent where there is none at all. */
  readonly historyFrom?: Date;
  /** What stands when the report is made, the worst and oldest first. */
  readonly systemErrors: readonly SystemError[];
  /** How many system errors began to stand in the span. */
  readonly systemErrorsRaised: number;
  readonly alerts: {
    readonly fired: number;
    /** The most urgent first. */
    readonly bySeverity: readonly FiredCount[];
    /** Those of which most fired first. */
    readonly bySource: readonly FiredCount[];
  };
  readonly delivery: DeliveryCount & {
    /** The actions that anything is known of, by their names. */
    readonly byAction: readonly (DeliveryCount & { readonly action: string })[];
  };
  readonly acknowledgement: {
    /** How many of the alerts that fired in the span were acknowledged before its end. */
    readonly count: number;
    /**
     * How many others were acknowledged in it, which had fired before. One that fired and was acknowledged before the day
     * (UTC) on which the span begins, and was acknowledged again in the span, is among them.
     */
    readonly earlier: number;
    /**
     * How long half of the `count` took at most, from when the alert was accepted here until its acknowledgement is on
     * record here, and how long 90 % took (by nearest rank, so each is the time of one alert). Never below zero, also
     * where a clock was set back in between. Absent where nothing was acknowledged.
     */
    readonly medianMs?: number;
    readonly percentile90Ms?: number;
    /** By whom the `count` were acknowledged first; who did so most comes first. */
    readonly byAuthor: readonly { readonly author: string; readonly count: number }[];
    /** How many days each of `days` has: 1, in a long span 7 or 28. */
    readonly stepDays: number;
    /** The days of the span, oldest first, from the first of which the history can know anything. */
    readonly days: readonly ReportDays[];
  };
  /** Of the alerts that fired in the span, those that were not acknowledged before its end. */
  readonly unacknowledged: {
    readonly count: number;
    /** How many of them fire now. */
    readonly firing: number;
    /** At most ten: first those that fire now, then those that have ended, the longest first in both. */
    readonly longest: readonly UnacknowledgedAlert[];
  };
  readonly replies: {
    readonly total: number;
    /**
     * What replies came to, the most frequent first: `acknowledged`, `unacknowledged`, `commented`, `asked` (what was
     * meant), `refused`, `unreadable`, `superseded` (by a later one), `not-taken` (by the monitor, in 24 hours). A reply counts once, when that was
     * settled; an acknowledgement from elsewhere is none.
     */
    readonly byVerdict: readonly { readonly verdict: string; readonly count: number }[];
    /** Why replies were refused, by the kinds of `ReplyRefusal`. */
    readonly byRefusal: readonly { readonly refusal: string; readonly count: number }[];
  };
  /** Sign-ins, client secrets and certificates that end within 60 days of `madeAt` or have ended, the soonest first. */
  readonly ending: readonly ReportedExpiry[];
}

/** Makes reports. */
export interface StatusReports {
  make(span: ReportSpan): Promise<StatusReport>;
}

/** A report, and the same in words. */
export interface ReportPage {
  readonly report: StatusReport;
  /** What it says below its system errors. */
  readonly sections: readonly ReportSection[];
}

/** The forms that a report comes in. */
export type ReportFormat = 'text' | 'html' | 'json';
