/// The priority levels and flow schemas that every cluster starts with, as Kubernetes v1.36 has them.
///
/// `level NAME exempt SHARES LENDABLE`, `level NAME reject SHARES LENDABLE` or
/// `level NAME queue SHARES LENDABLE QUEUES HAND LENGTH`, LENDABLE in percent.
/// `schema NAME LEVEL PRECEDENCE METHOD SUBJECTS`: METHOD is `user`, `namespace` or `-`; a subject is
/// `user=`, `group=` or `account=NAMESPACE/NAME`. Its rules follow: `VERBS GROUPS RESOURCES`, in all
/// namespaces, with `cluster` behind it also outside of them, or `VERBS url PATHS`. `""` is the core
/// group. Behind `mandatory` come those that stay as they are.
/// Source: Kubernetes documentation, "API Priority and Fairness", "Defaults".
enum FlowControlTable {
  static let text = #"""
    level exempt exempt 0 0 mandatory
    level catch-all reject 5 0 mandatory
    level system queue 30 33 64 6 50
    level node-high queue 40 25 64 6 50
    level leader-election queue 10 0 16 4 50
    level workload-high queue 40 50 128 6 50
    level workload-low queue 100 90 128 6 50
    level global-default queue 20 50 128 6 50
    schema exempt exempt 1 - group=system:masters mandatory
      * * * cluster
      * url *
    schema probes exempt 2 - group=system:unauthenticated group=system:authenticated
      get url /healthz,/readyz,/livez
    schema system-leader-election leader-election 100 user user=system:kube-controller-manager \#
    user=system:kube-scheduler account=kube-system/*
      get,create,update coordination.k8s.io leases
    schema system-node-high node-high 400 user group=system:nodes
      * "" nodes,nodes/status cluster
      * coordination.k8s.io leases
    schema system-nodes system 500 user group=system:nodes
      * * * cluster
      * url *
    schema kube-controller-manager workload-high 800 namespace user=system:kube-controller-manager
      * * * cluster
      * url *
    schema kube-scheduler workload-high 800 namespace user=system:kube-scheduler
      * * * cluster
      * url *
    schema kube-system-service-accounts workload-high 900 namespace account=kube-system/*
      * * * cluster
      * url *
    schema service-accounts workload-low 9000 user group=system:serviceaccounts
      * * * cluster
      * url *
    schema global-default global-default 9900 user group=system:unauthenticated \#
    group=system:authenticated
      * * * cluster
      * url *
    schema catch-all catch-all 10000 user group=system:unauthenticated group=system:authenticated \#
    mandatory
      * * * cluster
      * url *
    """#
}
