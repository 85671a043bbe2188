package jvs.lab;

/** A system that refuses seccomp(2), as kernels and containers do: made by a filter of its own. */
final class Refusal {
  /**
   * Runs a command for which seccomp(2) fails: {@code perl SCRIPT OPERATION ERRNO COMMAND...};
   * x86-64 only. The filter is struct sock_fprog of linux/filter.h.
   */
  static final String SCRIPT =
      """
      use strict;
      my ($operation, $errno, @command) = @ARGV;
      my @filter = (
        [0x20, 0, 0, 0],                     # the number of the call
        [0x15, 0, 3, 317],                   # seccomp
        [0x20, 0, 0, 16],                    # what it is to do
        [0x15, 0, 1, $operation],
        [0x06, 0, 0, 0x00050000 | $errno],   # SECCOMP_RET_ERRNO
        [0x06, 0, 0, 0x7fff0000],            # SECCOMP_RET_ALLOW
      );
      my $code = join '', map { pack 'S C C L', @$_ } @filter;
      my $program = pack 'S x6 P', scalar @filter, $code;
      syscall(157, 38, 1, 0, 0, 0) == 0 or die "no_new_privs: $!";
      syscall(157, 22, 2, $program) == 0 or die "filter: $!";
      exec @command or die "exec: $!";
      """;

  private Refusal() {}
}
