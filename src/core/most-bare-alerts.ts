/** Up to so many alerts in a mail a reply without numbers means all of them; above, it is asked back. */
export const mostBareAlerts = 10;
