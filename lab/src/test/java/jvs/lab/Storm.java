package jvs.lab;

/** A client of the netlink family that is showered with signals. */
final class Storm {
  /**
   * Adds so many servers by netlink, one acknowledged command after the other, while a child of its
   * sends a signal every half millisecond; prints how many were done and how many signals came.
   */
  static final String SCRIPT =
      """
      use strict;
      use Socket;
      my ($vip, $count) = @ARGV;
      my $caught = 0;
      my $parent = $$;
      $SIG{USR1} = sub { $caught++ };
      my $child = fork();
      if ($child == 0) {
        select(undef, undef, undef, 0.0005) while kill 'USR1', $parent;
        exit;
      }
      my $s;
      again(sub { socket($s, 16, SOCK_RAW, 16) || undef });
      bind($s, pack('S S L L', 16, 0, 0, 0)) or die "bind: $!";
      my $seq = 0;

      sub attr { my ($type, $value) = @_;
        return pack('S S', 4 + length $value, $type) . $value . "\\0" x (-length($value) % 4);
      }
      sub again { my ($call) = @_;
        while (1) {
          my $result = $call->();
          return $result if defined $result;
          die "call: $!" unless $!{EINTR};
        }
      }
      sub ask { my ($family, $command, $attrs) = @_;
        my $message = pack('L S S L L C C S', 20 + length $attrs, $family, 5, ++$seq, 0,
            $command, 1, 0) . $attrs;
        again(sub { send($s, $message, 0, pack('S S L L', 16, 0, 0, 0)) });
        my $found;
        while (1) {
          my $answer = '';
          again(sub { recv($s, $answer, 65536, 0) });
          my ($length, $type, $flags, $number) = unpack('L S S L', $answer);
          die "answer $number, expected $seq" if $number != $seq;
          if ($type == 2) {
            my $error = unpack('l', substr($answer, 16, 4));
            die "command $command: error $error" if $error;
            return $found;
          }
          $found = $answer;
        }
      }
      my $answer = ask(16, 3, attr(2, "IPVS\\0"));
      my ($family) = $answer =~ /\\x06\\x00\\x01\\x00(..)/s or die 'no family';
      $family = unpack('S', $family);
      my $service = attr(1, attr(1, pack('S', 2)) . attr(2, pack('S', 6))
          . attr(3, inet_aton($vip) . "\\0" x 12) . attr(4, pack('n', 80)));
      for my $i (1 .. $count) {
        my $address = inet_aton('10.8.' . int($i / 250) . '.' . (1 + $i % 250));
        ask($family, 5, $service . attr(2, attr(1, $address . "\\0" x 12) . attr(2, pack('n', 80))
            . attr(3, pack('L', 3)) . attr(4, pack('L', 1)) . attr(5, pack('L', 0))
            . attr(6, pack('L', 0))));
      }
      kill 'KILL', $child;
      waitpid $child, 0;
      print "$seq $caught\\n" =~ s/^(\\d+)/$1 - 1/er;
      """;

  private Storm() {}
}
