"""Walks through the demo cluster with Debian's python3-proxmoxer, unmodified; prints what it saw as JSON."""

import json
import sys
import time

from proxmoxer import ProxmoxAPI

host, port, ca, userid, password, tokenid, secret = sys.argv[1:8]

pve = ProxmoxAPI(host, port=int(port), user=userid, password=password, verify_ssl=ca)
seen = {"version": pve.version.get()["version"], "nodes": sorted(n["node"] for n in pve.nodes.get())}

vm = pve.nodes("pve1").qemu(105)
before = vm.config.get()
vm.config.put(description="changed by proxmoxer", digest=before["digest"])
seen["description"] = vm.config.get()["description"]
try:
    vm.config.put(description="too late", digest=before["digest"])
except Exception as error:  # noqa: BLE001
    seen["stale"] = str(error)

upid = vm.snapshot.post(snapname="proxmoxer", description="by proxmoxer")
task = pve.nodes("pve1").tasks(upid)
for _ in range(200):
    status = task.status.get()
    if status["status"] == "stopped":
        break
    time.sleep(0.02)
seen["task"] = {"type": status["type"], "exitstatus": status["exitstatus"]}
seen["log"] = [line["t"] for line in task.log.get()]
seen["snapshots"] = [s["name"] for s in vm.snapshot.get()]

user, token = tokenid.split("!")
scan = ProxmoxAPI(host, port=int(port), user=user, token_name=token, token_value=secret, verify_ssl=ca)
seen["token"] = len(scan.cluster.resources.get(type="vm"))
try:
    scan.nodes("pve1").qemu(105).config.put(description="not allowed")
except Exception as error:  # noqa: BLE001
    seen["denied"] = str(error)

json.dump(seen, sys.stdout)
