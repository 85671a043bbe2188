package jvs.director.ipvsadm;

import java.util.List;
import jvs.service.LocalAddressEntry;
import jvs.service.ServiceKey;

/** The table of local addresses ({@code --get-laddr}), in the manner of DPVS's ipvsadm. */
final class LocalAddressListing {
  static final String HEAD = "VIP:VPORT            TOTAL    SNAT_IP              CONNS\n";

  private static final int SERVICE_WIDTH = 20;
  private static final int TOTAL_WIDTH = 8;

  private final EndpointText endpoints;

  LocalAddressListing(CommandLine line, Names names) {
    endpoints = new EndpointText(names, line.has(Option.NUMERIC));
  }

  /** A line for the service and one for each address. */
  String service(ServiceKey key, List<LocalAddressEntry> addresses) {
    String name =
        key.isMark()
            ? "FWM " + Listing.markText(key)
            : endpoints.format(key.address(), key.port(), key.protocol());
    Columns columns = new Columns();
    columns.left(name, SERVICE_WIDTH).add(" ").left(addresses.size(), TOTAL_WIDTH).end();
    for (LocalAddressEntry local : addresses) {
      columns.left("", SERVICE_WIDTH + 1 + TOTAL_WIDTH).add(" ");
      columns.left(local.address().toString(), SERVICE_WIDTH).add(" ");
      columns.add(Long.toString(local.connections())).end();
    }
    return columns.drain();
  }
}
