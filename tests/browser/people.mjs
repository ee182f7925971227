// Who is who in the demonstration town.

/** What a role's name or office contains, in either language. */
const signs = {
  desk: /desk|包括|community/i,
  doctor: /physician|doctor|医師/i,
  'care manager': /care.?manager|ケアマネ|介護支援専門員/i,
};

/**
 * The member of staff who is this.
 * @param {import('./server.mjs').Town} town
 * @param {keyof typeof signs} who
 */
export function staffOf(town, who) {
  const found = town.staff.find((one) => signs[who].test(one.role)) ?? town.staff.find((one) => signs[who].test(one.office));
  if (found === undefined) throw new Error(`nobody in town is ${who}`);
  return found;
}
