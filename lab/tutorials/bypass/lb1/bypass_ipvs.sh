#!/bin/sh
# bypass_ipvs.sh add|del VIP: gives the VIP's packets to the programs of this machine,
# as iptables -t nat -A PREROUTING -d VIP -j REDIRECT does, or leaves them to IPVS.

nft "add table ip bypass_ipvs; delete table ip bypass_ipvs"
case "$1" in
add)
	nft "add table ip bypass_ipvs
	     add chain ip bypass_ipvs in { type nat hook prerouting priority dstnat; }
	     add rule ip bypass_ipvs in ip daddr $2 redirect"
	;;
esac
