import Foundations

extension TableCells {
  /// Cells that only one kind computes so, by resource.
  static let own: [String: [String: Cell]] = [
    "pods": pod,
    "deployments.apps": [
      "Ready": { object, _ in
        Document(
          "\(count(object, "readyReplicas"))/\(object[path: "spec", "replicas"]?.integer ?? 0)")
      }
    ],
    "statefulsets.apps": [
      "Ready": { object, _ in
        Document(
          "\(count(object, "readyReplicas"))/\(object[path: "spec", "replicas"]?.integer ?? 0)")
      }
    ],
    "daemonsets.apps": [
      "Desired": { object, _ in Document(count(object, "desiredNumberScheduled")) },
      "Current": { object, _ in Document(count(object, "currentNumberScheduled")) },
      "Ready": { object, _ in Document(count(object, "numberReady")) },
      "Up-to-date": { object, _ in Document(count(object, "updatedNumberScheduled")) },
      "Available": { object, _ in Document(count(object, "numberAvailable")) },
      "Node Selector": { object, _ in
        Document(selector(object[path: "spec", "template", "spec", "nodeSelector"]))
      },
    ],
    "services": service,
    "nodes": node,
    "namespaces": [:],
    "events": event,
    "jobs.batch": job,
    "cronjobs.batch": [
      "Schedule": { object, _ in object[path: "spec", "schedule"] ?? "" },
      "Timezone": { object, _ in object[path: "spec", "timeZone"] ?? "<none>" },
      "Suspend": { object, _ in
        Document(object[path: "spec", "suspend"]?.bool == true ? "True" : "False")
      },
      "Active": { object, _ in Document(object[path: "status", "active"]?.count ?? 0) },
      "Last Schedule": { object, now in
        object[path: "status", "lastScheduleTime"].map { age($0, now) } ?? "<none>"
      },
    ],
    "endpoints": ["Endpoints": { object, _ in endpoints(object) }],
    "endpointslices.discovery.k8s.io": [
      "AddressType": { object, _ in object["addressType"] ?? "" },
      "Ports": { object, _ in
        let ports = object["ports"]?.elements.map { $0["port"].map(\.jsonText) ?? "*" } ?? []
        return Document(listed(ports, "<unset>"))
      },
      "Endpoints": { object, _ in
        let addresses =
          object["endpoints"]?.elements.flatMap {
            $0["addresses"]?.elements.compactMap(\.string) ?? []
          } ?? []
        return Document(listed(addresses, "<unset>"))
      },
    ],
    "ingresses.networking.k8s.io": [
      "Class": { object, _ in object[path: "spec", "ingressClassName"] ?? "<none>" },
      "Hosts": { object, _ in
        let hosts = object[path: "spec", "rules"]?.elements.compactMap { $0["host"]?.string } ?? []
        return Document(hosts.isEmpty ? "*" : hosts.joined(separator: ","))
      },
      "Address": { object, _ in
        let found = object[path: "status", "loadBalancer", "ingress"]?.elements.compactMap {
          $0["ip"]?.string ?? $0["hostname"]?.string
        }
        return Document(found?.joined(separator: ",") ?? "")
      },
      "Ports": { object, _ in object[path: "spec", "tls"]?.isEmpty == false ? "80, 443" : "80" },
    ],
    "persistentvolumes": [
      "Status": { object, _ in phaseOrEnd(object) },
      "Capacity": { object, _ in object[path: "spec", "capacity", "storage"] ?? "" },
      "Access Modes": { object, _ in accessModes(object[path: "spec", "accessModes"]) },
      "Reclaim Policy": { object, _ in object[path: "spec", "persistentVolumeReclaimPolicy"] ?? ""
      },
      "Claim": { object, _ in
        guard let claim = object[path: "spec", "claimRef"] else { return "" }
        return Document("\(claim["namespace"]?.string ?? "")/\(claim["name"]?.string ?? "")")
      },
      "Reason": { object, _ in object[path: "status", "reason"] ?? "" },
    ],
    "storageclasses.storage.k8s.io": [
      "Name": { object, _ in
        let found = StorageClass(object)
        return Document((found.metadata.name ?? "") + (found.isDefault ? " (default)" : ""))
      }
    ],
    "persistentvolumeclaims": [
      "Status": { object, _ in phaseOrEnd(object) },
      "Volume": { object, _ in object[path: "spec", "volumeName"] ?? "" },
      "Capacity": { object, _ in object[path: "status", "capacity", "storage"] ?? "" },
      "Access Modes": { object, _ in accessModes(object[path: "status", "accessModes"]) },
    ],
    "poddisruptionbudgets.policy": [
      "Min Available": { object, _ in Document(object[path: "spec", "minAvailable"]?.bare ?? "N/A")
      },
      "Max Unavailable": { object, _ in
        Document(object[path: "spec", "maxUnavailable"]?.bare ?? "N/A")
      },
      "Allowed Disruptions": { object, _ in Document(count(object, "disruptionsAllowed")) },
    ],
    "horizontalpodautoscalers.autoscaling": autoscaler,
    "flowschemas.flowcontrol.apiserver.k8s.io": flowSchema,
    "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io": priorityLevel,
    "certificatesigningrequests.certificates.k8s.io": [
      "Requestor": { object, _ in object[path: "spec", "username"] ?? "" },
      "Condition": { object, _ in
        let conditions =
          object[path: "status", "conditions"]?.elements.compactMap { $0["type"]?.string } ?? []
        var text = conditions.isEmpty ? "Pending" : conditions.joined(separator: ",")
        if object[path: "status", "certificate"] != nil { text += ",Issued" }
        return Document(text)
      },
      "RequestedDuration": { object, _ in
        object[path: "spec", "expirationSeconds"]?.integer.map {
          Document(HumanDuration.text(.seconds($0)))
        } ?? "<none>"
      },
    ],
  ]

  private static func count(_ object: Document, _ field: String) -> Int {
    object[path: "status", field]?.integer ?? 0
  }

  /// A phase, as long as nobody has asked for the object's end.
  private static func phaseOrEnd(_ object: Document) -> Document {
    if object[path: "metadata", "deletionTimestamp"] != nil { return "Terminating" }
    return object[path: "status", "phase"] ?? ""
  }

  /// Three and how many more.
  private static func listed(_ values: [String], _ empty: String) -> String {
    if values.isEmpty { return empty }
    let shown = values.prefix(3).joined(separator: ",")
    return values.count > 3 ? "\(shown) + \(values.count - 3) more..." : shown
  }

  private static func accessModes(_ modes: Document?) -> Document {
    let short = [
      "ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX",
      "ReadWriteOncePod": "RWOP",
    ]
    return Document(
      modes?.elements.compactMap { $0.string.flatMap { short[$0] } }.joined(separator: ",") ?? "")
  }

  private static func endpoints(_ object: Document) -> Document {
    let pairs =
      object["subsets"]?.elements.flatMap { subset -> [String] in
        let ports = subset["ports"]?.elements.compactMap { $0["port"]?.integer } ?? []
        let addresses = subset["addresses"]?.elements.compactMap { $0["ip"]?.string } ?? []
        return ports.isEmpty
          ? addresses : ports.flatMap { port in addresses.map { "\($0):\(port)" } }
      } ?? []
    return Document(listed(pairs, "<none>"))
  }

  // MARK: Services

  private static let service: [String: Cell] = [
    "Type": { object, _ in object[path: "spec", "type"] ?? "" },
    "Cluster-IP": { object, _ in
      let address = object[path: "spec", "clusterIP"]?.string ?? ""
      return Document(address.isEmpty ? "<none>" : address)
    },
    "External-IP": { object, _ in
      let spec = object["spec"]
      let external = spec?["externalIPs"]?.elements.compactMap(\.string) ?? []
      switch spec?["type"]?.string {
      case "ExternalName": return spec?["externalName"] ?? ""
      case "LoadBalancer":
        let found =
          object[path: "status", "loadBalancer", "ingress"]?.elements.compactMap {
            $0["ip"]?.string ?? $0["hostname"]?.string
          } ?? []
        let all = found + external
        return Document(all.isEmpty ? "<pending>" : all.joined(separator: ","))
      default: return Document(external.isEmpty ? "<none>" : external.joined(separator: ","))
      }
    },
    "Port(s)": { object, _ in
      let ports =
        object[path: "spec", "ports"]?.elements.map { port -> String in
          let node = port["nodePort"]?.integer ?? 0
          let number = port["port"]?.integer ?? 0
          return "\(number)\(node > 0 ? ":\(node)" : "")/\(port["protocol"]?.string ?? "TCP")"
        } ?? []
      return Document(ports.isEmpty ? "<none>" : ports.joined(separator: ","))
    },
  ]

  // MARK: Nodes

  private static let node: [String: Cell] = [
    "Status": { object, _ in
      let ready = object[path: "status", "conditions"]?.elements.first {
        $0["type"]?.string == "Ready"
      }
      var text =
        switch ready?["status"]?.string {
        case "True": "Ready"
        case nil: "Unknown"
        default: "NotReady"
        }
      if object[path: "spec", "unschedulable"]?.bool == true { text += ",SchedulingDisabled" }
      return Document(text)
    },
    "Roles": { object, _ in
      let prefix = "node-role.kubernetes.io/"
      var roles =
        object[path: "metadata", "labels"]?.members.compactMap { label, value -> String? in
          if label.hasPrefix(prefix) { return String(label.dropFirst(prefix.count)) }
          return label == "kubernetes.io/role" ? value.string : nil
        } ?? []
      roles.sort()
      return Document(roles.isEmpty ? "<none>" : roles.joined(separator: ","))
    },
    "Version": { object, _ in object[path: "status", "nodeInfo", "kubeletVersion"] ?? "" },
    "Internal-IP": { object, _ in address(object, "InternalIP") },
    "External-IP": { object, _ in address(object, "ExternalIP") },
    "OS-Image": { object, _ in object[path: "status", "nodeInfo", "osImage"] ?? "<unknown>" },
    "Kernel-Version": { object, _ in
      object[path: "status", "nodeInfo", "kernelVersion"] ?? "<unknown>"
    },
    "Container-Runtime": { object, _ in
      object[path: "status", "nodeInfo", "containerRuntimeVersion"] ?? "<unknown>"
    },
  ]

  private static func address(_ node: Document, _ type: String) -> Document {
    node[path: "status", "addresses"]?.elements.first { $0["type"]?.string == type }?["address"]
      ?? "<none>"
  }

  // MARK: Jobs and events

  private static let job: [String: Cell] = [
    "Status": { object, _ in
      let types = Set(
        object[path: "status", "conditions"]?.elements.compactMap {
          $0["status"]?.string == "True" ? $0["type"]?.string : nil
        } ?? [])
      for (type, text) in [
        ("Complete", "Complete"), ("Failed", "Failed"), ("Suspended", "Suspended"),
        ("FailureTarget", "FailureTarget"), ("SuccessCriteriaMet", "SuccessCriteriaMet"),
      ] where types.contains(type) { return Document(text) }
      return object[path: "metadata", "deletionTimestamp"] != nil ? "Terminating" : "Running"
    },
    "Completions": { object, _ in
      let succeeded = count(object, "succeeded")
      if let wanted = object[path: "spec", "completions"]?.integer {
        return Document("\(succeeded)/\(wanted)")
      }
      let parallelism = object[path: "spec", "parallelism"]?.integer ?? 0
      return Document(parallelism > 1 ? "\(succeeded)/1 of \(parallelism)" : "\(succeeded)/1")
    },
    "Duration": { object, now in
      guard let start = object[path: "status", "startTime"]?.string.flatMap(Timestamp.init) else {
        return ""
      }
      let end = object[path: "status", "completionTime"]?.string.flatMap(Timestamp.init) ?? now
      return Document(HumanDuration.text(start.distance(to: end)))
    },
  ]

  private static let event: [String: Cell] = [
    "Last Seen": { object, now in
      age(object["lastTimestamp"].flatMap { $0.isNull ? nil : $0 } ?? object["eventTime"], now)
    },
    "First Seen": { object, now in
      age(object["firstTimestamp"].flatMap { $0.isNull ? nil : $0 } ?? object["eventTime"], now)
    },
    "Reason": { object, _ in object["reason"] ?? "" },
    "Object": { object, _ in
      let about = object["involvedObject"]
      return Document(
        "\((about?["kind"]?.string ?? "").lowercased())/\(about?["name"]?.string ?? "")")
    },
    "Subobject": { object, _ in object[path: "involvedObject", "fieldPath"] ?? "" },
    "Source": { object, _ in
      let component =
        object[path: "source", "component"]?.string ?? object["reportingComponent"]?.string ?? ""
      let host = object[path: "source", "host"]?.string ?? ""
      return Document(host.isEmpty ? component : "\(component), \(host)")
    },
    "Message": { object, _ in
      var text = Substring(object["message"]?.string ?? "")
      while text.last?.isWhitespace == true { text.removeLast() }
      return Document(text)
    },
    "Count": { object, _ in object["count"] ?? 1 },
  ]
}

extension Document {
  /// Text without its quotes, anything else as JSON.
  var bare: String { string ?? jsonText }
}
