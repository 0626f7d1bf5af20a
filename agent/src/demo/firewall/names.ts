/** ICMP type names that iptables knows. */
export const icmpTypes: ReadonlySet<string> = new Set(
  'any echo-reply destination-unreachable network-unreachable host-unreachable protocol-unreachable port-unreachable fragmentation-needed source-route-failed network-unknown host-unknown network-prohibited host-prohibited TOS-network-unreachable TOS-host-unreachable communication-prohibited host-precedence-violation precedence-cutoff source-quench redirect network-redirect host-redirect TOS-network-redirect TOS-host-redirect echo-request router-advertisement router-solicitation time-exceeded ttl-zero-during-transit ttl-zero-during-reassembly parameter-problem ip-header-bad required-option-missing timestamp-request timestamp-reply address-mask-request address-mask-reply'.split(
    ' ',
  ),
);

/** ICMPv6 type names that ip6tables knows. */
export const icmpv6Types: ReadonlySet<string> = new Set(
  'destination-unreachable no-route communication-prohibited beyond-scope address-unreachable port-unreachable failed-policy reject-route packet-too-big time-exceeded ttl-zero-during-transit ttl-zero-during-reassembly parameter-problem bad-header unknown-header-type unknown-option echo-request echo-reply router-solicitation router-advertisement neighbor-solicitation neighbour-solicitation neighbor-advertisement neighbour-advertisement redirect'.split(
    ' ',
  ),
);

/** Names and numbers of `/etc/protocols` on Debian, and `icmpv6`, which pve-firewall adds. */
export const protocols: ReadonlySet<string> = new Set(
  'ip icmp igmp ggp ipencap st tcp egp igp pup udp hmp xns-idp rdp iso-tp4 dccp xtp ddp idpr-cmtp ipv6 ipv6-route ipv6-frag idrp rsvp gre esp ah skip ipv6-icmp ipv6-nonxt ipv6-opts rspf vmtp eigrp ospf ax.25 ipip etherip encap pim ipcomp vrrp l2tp isis sctp fc mobility-header udplite mpls-in-ip manet hip shim6 wesp rohc ethernet icmpv6 0 1 2 3 4 5 6 8 9 12 17 20 22 27 29 33 36 37 38 41 43 44 45 46 47 50 51 57 58 59 60 73 81 88 89 93 94 97 98 103 108 112 115 124 132 133 135 136 137 138 139 140 141 142 143'.split(
    ' ',
  ),
);

/** Port names of `/etc/services` on Debian that firewall rules use. */
export const services: ReadonlySet<string> = new Set(
  'ftp-data ftp ssh telnet smtp time whois tacacs domain bootps bootpc tftp gopher finger http kerberos iso-tsap pop3 sunrpc auth nntp ntp epmap netbios-ns netbios-dgm netbios-ssn imap2 snmp snmp-trap bgp irc ldap https microsoft-ds kpasswd isakmp submission submissions syslog printer route login shell exec ldaps ftps-data ftps telnets imaps pop3s rsync socks ms-sql-s ms-sql-m openvpn l2f radius radius-acct nfs mysql ms-wbt-server postgresql amqp rfb x11 http-alt puppet sip sip-tls xmpp-client xmpp-server mdns redis zabbix-agent zabbix-trapper git webmin munin bacula-dir bacula-fd bacula-sd gluster-daemon ipp cfengine svn iscsi-target afs3-fileserver kerberos-adm klogin nut dict rtsp domain-s ipsec-nat-t snmp-tls amanda'.split(
    ' ',
  ),
);

/** Protocols for which pve-firewall accepts ports. */
export const protocolsWithPorts: ReadonlySet<string> = new Set(
  'udp 17 udplite 136 tcp 6 dccp 33 sctp 132'.split(' '),
);
