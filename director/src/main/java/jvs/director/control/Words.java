package jvs.director.control;

import jvs.service.ServerSpec;
import jvs.service.ServiceKey;
import jvs.service.ServiceSpec;
import org.jspecify.annotations.Nullable;

/** Numbers of the kernel's interface, and the words for them in JSON. */
enum Words {
  PROTOCOLS(
      new int[] {0, ServiceKey.TCP, ServiceKey.UDP, ServiceKey.SCTP, 50, 51},
      "ip",
      "tcp",
      "udp",
      "sctp",
      "esp",
      "ah"),
  SERVICE_FLAGS(
      new int[] {
        ServiceSpec.PERSISTENT,
        ServiceSpec.HASHED,
        ServiceSpec.ONE_PACKET,
        ServiceSpec.SCHED_1,
        ServiceSpec.SCHED_2,
        ServiceSpec.SCHED_3,
        ServiceSpec.PROXY_V2
      },
      "persistent",
      "hashed",
      "one-packet",
      "sched-1",
      "sched-2",
      "sched-3",
      "proxy-v2"),
  METHODS(
      new int[] {
        ServerSpec.MASQ,
        ServerSpec.LOCAL,
        ServerSpec.TUNNEL,
        ServerSpec.ROUTE,
        ServerSpec.BYPASS,
        ServerSpec.FULLNAT
      },
      "masq",
      "local",
      "tunnel",
      "route",
      "bypass",
      "fullnat"),
  TUNNEL_TYPES(
      new int[] {ServerSpec.TUNNEL_IPIP, ServerSpec.TUNNEL_GUE, ServerSpec.TUNNEL_GRE},
      "ipip",
      "gue",
      "gre"),
  TUNNEL_FLAGS(
      new int[] {ServerSpec.TUNNEL_CHECKSUM, ServerSpec.TUNNEL_REMOTE_CHECKSUM},
      "checksum",
      "remote-checksum");

  @SuppressWarnings("ImmutableEnumChecker") // never written again
  private final int[] numbers;

  @SuppressWarnings("ImmutableEnumChecker") // never written again
  private final String[] words;

  Words(int[] numbers, String... words) {
    this.numbers = numbers;
    this.words = words;
  }

  /** How many there are. */
  int count() {
    return words.length;
  }

  int number(int index) {
    return numbers[index];
  }

  String word(int index) {
    return words[index];
  }

  /** The word for a number, or the number itself. */
  String wordFor(int number) {
    for (int i = 0; i < numbers.length; i++) {
      if (numbers[i] == number) {
        return words[i];
      }
    }
    return Integer.toString(number);
  }

  /** The number that a word stands for, or null. */
  @Nullable Integer numberFor(String word) {
    for (int i = 0; i < words.length; i++) {
      if (words[i].equals(word)) {
        return numbers[i];
      }
    }
    return null;
  }

  /** As in error messages: {@code tcp, udp, sctp}. */
  String list() {
    return String.join(", ", words);
  }
}
