// Counts what holds and what does not, and says so.

export class Report {
  passed = 0;
  failed = 0;

  /**
   * Counts one statement; what is wrong with it is printed.
   * @param {string} statement
   * @param {string[]} wrong nothing, when it holds
   */
  check(statement, wrong) {
    if (wrong.length === 0) {
      this.passed += 1;
      return;
    }
    this.failed += 1;
    console.log(`FAILED  ${statement}\n${wrong.map((line) => `        ${line}`).join('\n')}`);
  }

  /** The closing line. */
  close() {
    console.log(`${this.passed} passed, ${this.failed} failed`);
    return this.failed === 0;
  }
}
