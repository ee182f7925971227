//! The system calls that decoding a photo needs. Any other ends the process at once; some are
//! allowed with certain arguments only: bytes come from standard input and go to standard output,
//! memory is never executable and never a file's, and a new thread is never a new process.

use std::collections::BTreeMap;
use std::process;

use seccompiler::{
    BackendError, BpfProgram, Error, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition,
    SeccompFilter, SeccompRule, TargetArch, apply_filter,
};

/// Allowed with any arguments: memory, threads that wait for each other, signals' handling, time,
/// chance and the end.
const ALLOWED: [i64; 22] = [
    libc::SYS_brk,
    libc::SYS_clock_gettime,
    libc::SYS_clone3,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_futex,
    libc::SYS_getpid,
    libc::SYS_getrandom,
    libc::SYS_gettid,
    libc::SYS_madvise,
    libc::SYS_mremap,
    libc::SYS_munmap,
    libc::SYS_restart_syscall,
    libc::SYS_rseq,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sched_getaffinity,
    libc::SYS_sched_yield,
    libc::SYS_set_robust_list,
    libc::SYS_set_tid_address,
    libc::SYS_sigaltstack,
];

const STANDARD_INPUT: u64 = 0;
const STANDARD_OUTPUT: u64 = 1;
const STANDARD_ERROR: u64 = 2;

/// Confines the calling thread and those it will start.
pub fn restrict() -> Result<(), Error> {
    let architecture = TargetArch::try_from(std::env::consts::ARCH)?;
    // The strictest answer of all filters counts.
    apply_filter(&without_clone3(architecture)?)?;
    apply_filter(&listed_only(architecture)?)
}

/// `clone3` takes its flags in memory, where no filter can look. Told that it does not exist, the C
/// library starts threads by `clone`.
fn without_clone3(architecture: TargetArch) -> Result<BpfProgram, BackendError> {
    let rules = BTreeMap::from([(libc::SYS_clone3, Vec::new())]);
    let answer = SeccompAction::Errno(libc::ENOSYS.unsigned_abs());
    SeccompFilter::new(rules, SeccompAction::Allow, answer, architecture)?.try_into()
}

fn listed_only(architecture: TargetArch) -> Result<BpfProgram, BackendError> {
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> =
        ALLOWED.into_iter().map(|call| (call, Vec::new())).collect();
    rules.extend(with_conditions()?);
    SeccompFilter::new(rules, SeccompAction::KillProcess, SeccompAction::Allow, architecture)?.try_into()
}

/// What is allowed with certain arguments only.
fn with_conditions() -> Result<[(i64, Vec<SeccompRule>); 7], BackendError> {
    let (anonymous, executable) = (bits(libc::MAP_ANONYMOUS), bits(libc::PROT_EXEC));
    let thread = bits(libc::CLONE_THREAD);
    let new_spaces = bits(
        libc::CLONE_NEWCGROUP
            | libc::CLONE_NEWIPC
            | libc::CLONE_NEWNET
            | libc::CLONE_NEWNS
            | libc::CLONE_NEWPID
            | libc::CLONE_NEWUSER
            | libc::CLONE_NEWUTS,
    );
    let me = u64::from(process::id());
    Ok([
        (libc::SYS_read, vec![rule([equals(0, STANDARD_INPUT)])?]),
        (libc::SYS_write, vec![rule([equals(0, STANDARD_OUTPUT)])?, rule([equals(0, STANDARD_ERROR)])?]),
        (libc::SYS_mmap, vec![rule([masked(2, executable, 0), masked(3, anonymous, anonymous)])?]),
        (libc::SYS_mprotect, vec![rule([masked(2, executable, 0)])?]),
        (libc::SYS_clone, vec![rule([masked(0, thread | new_spaces, thread)])?]),
        // A thread's name.
        (libc::SYS_prctl, vec![rule([equals(0, bits(libc::PR_SET_NAME))])?]),
        // How a process aborts itself.
        (libc::SYS_tgkill, vec![rule([equals(0, me), equals(2, bits(libc::SIGABRT))])?]),
    ])
}

/// One argument's condition: which argument, how it is compared, with what.
type Condition = (u8, SeccompCmpOp, u64);

fn equals(argument: u8, value: u64) -> Condition {
    (argument, SeccompCmpOp::Eq, value)
}

fn masked(argument: u8, mask: u64, value: u64) -> Condition {
    (argument, SeccompCmpOp::MaskedEq(mask), value)
}

/// All conditions must hold. Only the lower half of an argument is looked at: all are C's `int`, or
/// flags below 2^32 whose upper half the kernel ignores.
fn rule<const N: usize>(conditions: [Condition; N]) -> Result<SeccompRule, BackendError> {
    let conditions = conditions.into_iter().map(|(argument, comparison, value)| {
        SeccompCondition::new(argument, SeccompCmpArgLen::Dword, comparison, value)
    });
    SeccompRule::new(conditions.collect::<Result<_, _>>()?)
}

/// Flags and numbers of the C library as the kernel's argument holds them.
fn bits(number: libc::c_int) -> u64 {
    u64::from(number.cast_unsigned())
}
