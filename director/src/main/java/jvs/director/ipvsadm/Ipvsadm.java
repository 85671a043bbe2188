package jvs.director.ipvsadm;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;
import jvs.director.control.ListingJson;
import jvs.service.IpvsControl;
import jvs.service.IpvsException;
import jvs.service.LocalAddressEntry;
import jvs.service.ServerEntry;
import jvs.service.ServiceEntry;
import jvs.service.Timeouts;
import org.jspecify.annotations.Nullable;

/**
 * The commands of ipvsadm 1.31 upon an {@link IpvsControl}.
 *
 * <p>Holds no state between commands but names already looked up. One thread.
 */
public final class Ipvsadm {
  private final IpvsControl control;
  private final Names names;
  private final InputStream in;
  private final PrintStream out;
  private final PrintStream err;

  /** {@code in} is read by {@code -R} only. */
  public Ipvsadm(
      IpvsControl control, Names names, InputStream in, PrintStream out, PrintStream err) {
    this.control = control;
    this.names = names;
    this.in = in;
    this.out = out;
    this.err = err;
  }

  /** Runs one command line, without the program's name; returns the exit status. */
  public int run(String... argv) {
    int status;
    try {
      status = execute(argv, false);
    } catch (Exit exit) {
      status = report(exit);
    }
    out.flush();
    err.flush();
    return status;
  }

  /** A service, its local addresses and its servers, as the numeric lines that make them. */
  public static String rules(
      ServiceEntry service, List<LocalAddressEntry> addresses, List<ServerEntry> servers) {
    return new Rules().format(service, addresses, servers);
  }

  /** Makes the one change that a line of options asks for; says what is wrong with it, or null. */
  public static @Nullable String change(IpvsControl control, Names names, String line) {
    try {
      CommandLine read = parseChange(line, names);
      try {
        change(control, read);
        return null;
      } catch (IpvsException refusal) {
        return ErrorText.of(read.command, refusal.errno()) + " (" + refusal.getMessage() + ")";
      }
    } catch (Exit exit) {
      return exit.getMessage();
    }
  }

  static CommandLine parseChange(String line, Names names) throws Exit {
    SwitchScanner scanner = new SwitchScanner(words(line));
    Switch first = firstSwitch(scanner);
    Command command = first.command();
    if (command == null || !command.isChange()) {
      throw Exit.usage("'" + line + "' changes nothing, expected -A, -a, --set and the like");
    }
    return CommandLineParser.parse(scanner, first, command, names);
  }

  /** {@code ipvsadm-save [-n]}. */
  public int save(String... argv) {
    List<String> options = new ArrayList<>(List.of("-S"));
    for (String argument : argv) {
      if (argument.equals("-n") || argument.equals("--with-thresholds")) {
        options.add(argument);
      } else if (argument.startsWith("-")) {
        err.print("ipvsadm-save: Script to save the IPVS table to stdout.\n");
        err.print("   With the -n option, prints out the table in numeric format.\n");
        err.flush();
        return 1;
      }
    }
    return run(options.stream().distinct().toArray(String[]::new));
  }

  /** {@code ipvsadm-restore}: clears the table first, and leaves comments out. */
  public int restore() {
    BufferedReader reader = reader();
    StringBuilder lines = new StringBuilder();
    for (String line = next(reader); line != null; line = next(reader)) {
      lines.append(line.startsWith("#") ? "" : line).append('\n');
    }
    run("-C");
    int status;
    try {
      status = execute(new BufferedReader(new StringReader(lines.toString())));
    } catch (Exit exit) {
      status = report(exit);
    }
    out.flush();
    err.flush();
    return status;
  }

  private int report(Exit exit) {
    if (exit.getMessage() != null) {
      err.print(exit.getMessage() + "\n");
    }
    return exit.status();
  }

  private int execute(String[] argv, boolean isRestoring) throws Exit {
    if (argv.length == 0) {
      listAll(new CommandLine(Command.LIST));
      return 0;
    }
    SwitchScanner scanner = new SwitchScanner(argv);
    Switch first = firstSwitch(scanner);
    Command command = first.command();
    if (command == null) {
      throw answerWithoutCommand(first);
    }
    CommandLine line = CommandLineParser.parse(scanner, first, command, names);
    if (command == Command.RESTORE) {
      return restore(isRestoring, line.has(Option.ATOMIC));
    }
    execute(line);
    return 0;
  }

  static Switch firstSwitch(SwitchScanner scanner) throws Exit {
    Switch first;
    try {
      first = scanner.next();
    } catch (Exit badSwitch) {
      first = null;
    }
    if (first == null) {
      throw Exit.noCommand();
    }
    return first;
  }

  private Exit answerWithoutCommand(Switch first) {
    return switch (first) {
      case HELP -> {
        out.print(Usage.HELP);
        yield Exit.done();
      }
      case VERSION -> {
        out.print(Usage.VERSION);
        yield Exit.done();
      }
      default -> Exit.noCommand();
    };
  }

  private void execute(CommandLine line) throws Exit {
    boolean isQuery =
        line.command == Command.LIST
            || line.command == Command.SAVE
            || line.command == Command.GET_LADDR;
    try {
      if (isQuery) {
        query(line);
      } else {
        change(control, line);
      }
    } catch (IpvsException refusal) {
      boolean isSilent = line.has(Option.TIMEOUT) || line.has(Option.DAEMON);
      String text = ErrorText.of(line.command, refusal.errno());
      throw isQuery ? Exit.unlisted(isSilent ? null : text) : Exit.refused(text);
    }
  }

  static void change(IpvsControl control, CommandLine line) {
    switch (line.command) {
      case ADD_SERVICE -> control.newService(line.serviceKey(), line.serviceSpec());
      case EDIT_SERVICE -> control.setService(line.serviceKey(), line.serviceSpec());
      case DELETE_SERVICE -> control.deleteService(line.serviceKey());
      case FLUSH -> control.flush();
      case ADD_SERVER -> control.newServer(line.serviceKey(), line.serverKey(), line.serverSpec());
      case EDIT_SERVER -> control.setServer(line.serviceKey(), line.serverKey(), line.serverSpec());
      case DELETE_SERVER -> control.deleteServer(line.serviceKey(), line.serverKey());
      case ZERO -> control.zero(line.has(Option.SERVICE) ? line.serviceKey() : null);
      case SET -> control.setTimeouts(line.timeouts);
      case START_DAEMON -> control.newDaemon(line.daemonSpec());
      case STOP_DAEMON -> control.deleteDaemon(line.isMaster);
      case ADD_LADDR -> control.newLocalAddress(line.serviceKey(), line.localAddress);
      case DELETE_LADDR -> control.deleteLocalAddress(line.serviceKey(), line.localAddress);
      case LIST, SAVE, RESTORE, GET_LADDR -> throw new IllegalArgumentException("no change");
    }
  }

  private void query(CommandLine line) {
    if (line.command == Command.SAVE) {
      saveRules(line);
    } else if (line.command == Command.GET_LADDR) {
      listLocalAddresses(line);
    } else if (line.has(Option.JSON)) {
      listJson(line);
    } else if (line.has(Option.CONNECTION)) {
      ConnectionListing listing = new ConnectionListing(line, names, out);
      listing.begin();
      control.connections(listing::add);
      listing.end();
    } else if (line.has(Option.TIMEOUT)) {
      Timeouts timeouts = control.timeouts();
      out.print(
          "Timeout (tcp tcpfin udp): "
              + (timeouts.tcp() + " " + timeouts.tcpFin() + " " + timeouts.udp() + "\n"));
    } else if (line.has(Option.DAEMON)) {
      control.daemons().forEach(daemon -> out.print(DaemonText.of(daemon)));
    } else if (line.has(Option.SERVICE)) {
      ServiceEntry service = control.service(line.serviceKey());
      Listing listing = new Listing(line, control, names);
      out.print(listing.heads());
      out.print(listing.service(service));
    } else {
      listAll(line);
    }
  }

  private void listAll(CommandLine line) {
    out.print(Listing.title(control.connectionTableSize()));
    List<ServiceEntry> services = services(line);
    Listing listing = new Listing(line, control, names);
    out.print(listing.heads());
    for (ServiceEntry service : services) {
      out.print(listing.service(service));
    }
  }

  private void listJson(CommandLine line) {
    if (line.has(Option.CONNECTION)) {
      ListingJson.connections(control, out);
    } else {
      boolean isOne = line.has(Option.SERVICE);
      ListingJson.services(
          isOne ? List.of(control.service(line.serviceKey())) : services(line), control, out);
    }
  }

  private void saveRules(CommandLine line) {
    Rules rules = new Rules(names, line.has(Option.NUMERIC), line.has(Option.WITH_THRESHOLDS));
    for (ServiceEntry service : services(line)) {
      List<ServerEntry> servers =
          ListingOrder.sorted(
              control.servers(service.key()),
              (left, right) -> ListingOrder.compare(left.key(), right.key()));
      out.print(rules.format(service, control.localAddresses(service.key()), servers));
    }
  }

  private void listLocalAddresses(CommandLine line) {
    List<ServiceEntry> services =
        line.has(Option.SERVICE) ? List.of(control.service(line.serviceKey())) : services(line);
    LocalAddressListing listing = new LocalAddressListing(line, names);
    out.print(LocalAddressListing.HEAD);
    for (ServiceEntry service : services) {
      out.print(listing.service(service.key(), control.localAddresses(service.key())));
    }
  }

  private List<ServiceEntry> services(CommandLine line) {
    List<ServiceEntry> services = control.services();
    return line.has(Option.NOSORT)
        ? services
        : ListingOrder.sorted(
            services, (left, right) -> ListingOrder.compare(left.key(), right.key()));
  }

  private int restore(boolean isRestoring, boolean isAtomic) throws Exit {
    if (isRestoring) {
      throw Exit.noCommand();
    }
    if (isAtomic) {
      new AtomicRestore(control, names).run(reader());
      return 0;
    }
    return execute(reader());
  }

  /** Each line is a command line; a refused one does not end the run, a mistaken one does. */
  private int execute(BufferedReader reader) throws Exit {
    int status = 0;
    for (String line = next(reader); line != null; line = next(reader)) {
      String[] argv = words(line);
      if (argv.length == 0) {
        continue;
      }
      try {
        status = execute(argv, true);
      } catch (Exit exit) {
        if (exit.endsRestore()) {
          throw exit;
        }
        status = report(exit);
      }
    }
    return status;
  }

  /** Blanks part words and nothing quotes them; the program's own name is left out. */
  static String[] words(String line) {
    List<String> words = new ArrayList<>();
    StringTokenizer tokens = new StringTokenizer(line, " \t\r\n");
    while (tokens.hasMoreTokens()) {
      String word = tokens.nextToken();
      if (!word.equals("ipvsadm")) {
        words.add(word);
      }
    }
    return words.toArray(new String[0]);
  }

  private BufferedReader reader() {
    return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
  }

  /** The next line; input that cannot be read has ended. */
  static @Nullable String next(BufferedReader reader) {
    try {
      return reader.readLine();
    } catch (IOException unreadable) {
      return null;
    }
  }
}
