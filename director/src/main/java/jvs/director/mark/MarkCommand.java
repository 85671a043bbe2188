package jvs.director.mark;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import jvs.director.control.ControlOption;
import jvs.director.control.DirectorUnavailableException;
import jvs.service.IpvsControl;
import jvs.service.IpvsException;
import jvs.service.MarkEntry;
import jvs.service.MarkRule;
import jvs.wire.IpAddress;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** {@code jvs mark}: which packets get which firewall mark, in the words of iptables. */
@Command(
    name = "mark",
    mixinStandardHelpOptions = true,
    description = {
      "Gives packets firewall marks, for services of ipvsadm -f.",
      "The words are those of 'iptables -t mangle -A PREROUTING': rules are tried in order, and"
          + " what the last match says counts."
    },
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:done",
      "1:the director refused it, or a rule cannot be honoured",
      "2:wrong usage",
      "255:no director is running"
    },
    subcommands = {
      MarkCommand.Add.class,
      MarkCommand.Delete.class,
      MarkCommand.ListRules.class,
      MarkCommand.Restore.class
    })
public final class MarkCommand implements Runnable {
  private static final int REFUSED = 1;
  private static final int UNAVAILABLE = 255;

  @Spec private CommandSpec spec;
  @Mixin private ControlOption control;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "add, delete, list or restore is missing");
  }

  /** What is done with a director. */
  @FunctionalInterface
  private interface Action {
    void run(IpvsControl director) throws MarkException, IOException;
  }

  private int perform(Action action) {
    try (var client = control.client()) {
      action.run(client);
      return 0;
    } catch (DirectorUnavailableException e) {
      complain(String.valueOf(e.getMessage()));
      return UNAVAILABLE;
    } catch (MarkException | IpvsException | IOException e) {
      complain(String.valueOf(e.getMessage()));
      return REFUSED;
    }
  }

  private void complain(String problem) {
    PrintWriter err = spec.commandLine().getErr();
    err.print("jvs mark: " + problem + "\n");
    err.flush();
  }

  private void print(String line) {
    PrintWriter out = spec.commandLine().getOut();
    out.print(line + "\n");
    out.flush();
  }

  /** {@code jvs mark add}. */
  @Command(
      name = "add",
      customSynopsis = "jvs mark add [-d NET] [-s NET] [-i IF] [-p PROTOCOL] [--dport PORTS]...",
      description = {
        "Adds a rule at the end: jvs mark add WORDS... --set-mark MARK",
        "[!] -s, -d ADDRESS[/LENGTH]   [!] -i INTERFACE[+]   [!] -p tcp|udp|sctp|icmp|NUMBER",
        "[!] --sport, --dport FIRST[:LAST]   -m multiport [!] --sports, --dports P,FIRST:LAST,...",
        "-m mac [!] --mac-source MAC   -4|-6 (rules without addresses)",
        "-j MARK --set-mark VALUE[/MASK] | --set-xmark | --and-mark | --or-mark | --xor-mark"
      })
  static final class Add implements Callable<Integer> {
    @ParentCommand private MarkCommand mark;
    @Unmatched private List<String> words = new ArrayList<>();

    @Override
    public Integer call() {
      return mark.perform(director -> director.newMark(MarkWords.parse(words, 0)));
    }
  }

  /** {@code jvs mark delete}. */
  @Command(
      name = "delete",
      customSynopsis = "jvs mark delete NUMBER | --all | WORDS...",
      description =
          "Deletes the rule with this number in the list, all, or the one with these words.")
  static final class Delete implements Callable<Integer> {
    @ParentCommand private MarkCommand mark;
    @Unmatched private List<String> words = new ArrayList<>();

    @Override
    public Integer call() {
      return mark.perform(this::delete);
    }

    private void delete(IpvsControl director) throws MarkException {
      boolean isOne = words.size() == 1;
      if (isOne && words.getFirst().equals("--all")) {
        director.setMarks(List.of());
      } else if (isOne && words.getFirst().matches("\\d{1,9}")) {
        List<MarkEntry> rules = director.marks();
        int number = Integer.parseInt(words.getFirst());
        if (number < 1 || number > rules.size()) {
          throw new MarkException("there is no rule " + number + ", expected 1 to " + rules.size());
        }
        director.deleteMark(rules.get(number - 1).rule());
      } else {
        director.deleteMark(MarkWords.parse(words, 0));
      }
    }
  }

  /** {@code jvs mark list}. */
  @Command(name = "list", description = "Shows the rules and what they matched.")
  static final class ListRules implements Callable<Integer> {
    @ParentCommand private MarkCommand mark;

    @Override
    public Integer call() {
      return mark.perform(this::list);
    }

    private void list(IpvsControl director) {
      mark.print("num       pkts        bytes  rule");
      int number = 1;
      for (MarkEntry entry : director.marks()) {
        mark.print(
            String.format(
                "%-4d %9d %12d  %s",
                number++, entry.packets(), entry.bytes(), MarkText.of(entry.rule())));
      }
    }
  }

  /** {@code jvs mark restore}. */
  @Command(
      name = "restore",
      description = {
        "Replaces the rules of one address family by those that iptables-save printed.",
        "Only PREROUTING of the mangle table and only MARK can be honoured; lines that cannot be"
            + " are named, and then nothing changes."
      })
  static final class Restore implements Callable<Integer> {
    @ParentCommand private MarkCommand mark;

    @Option(names = "-6", description = "The file is of ip6tables-save.")
    private boolean isV6;

    @Option(
        names = "--partly",
        description = "Take what can be honoured and leave the named lines out.")
    private boolean isPartly;

    @Parameters(
        arity = "0..1",
        paramLabel = "FILE",
        description = "Where to read; standard input by default.")
    private @Nullable Path file;

    @Override
    public Integer call() {
      return mark.perform(this::restore);
    }

    private void restore(IpvsControl director) throws MarkException, IOException {
      String text =
          file == null
              ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
              : Files.readString(file);
      int family = isV6 ? IpAddress.IPV6 : IpAddress.IPV4;
      MangleTable table = MangleTable.read(text, family);
      table.remarks().forEach(mark::complain);
      if (!table.isWhole() && !isPartly) {
        throw new MarkException("nothing was changed; --partly leaves these lines out");
      }
      Stream<MarkRule> others =
          director.marks().stream().map(MarkEntry::rule).filter(rule -> rule.family() != family);
      director.setMarks(Stream.concat(others, table.rules().stream()).toList());
    }
  }
}
