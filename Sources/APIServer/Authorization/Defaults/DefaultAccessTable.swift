/// The roles and bindings that every cluster starts with, as Kubernetes v1.36 has them, one rule a
/// line. Those of controllers that run apart are left out: Martlet's are part of the server.
///
/// `role [NAMESPACE/]NAME [into A] [from B]`: a cluster role without a namespace, which goes into the
/// aggregated role A, or is put together from all that go into B. Its rules follow:
/// `VERBS GROUPS RESOURCES [named NAMES]` or `VERBS url PATHS`, where READ is get, list and watch,
/// WRITE is create, update, patch, delete and deletecollection, and `""` is the core group.
/// `binding [NAMESPACE/]NAME [role=NAME] SUBJECTS`: of the role of its own name, if not another.
/// Source: Kubernetes documentation, "Using RBAC Authorization", "Default roles and role bindings".
enum DefaultAccessTable {
  static let text = #"""
    role admin from admin
    role cluster-admin
      * * *
      * url *
    role edit into admin from edit
    role system:aggregate-to-admin into admin
      create authorization.k8s.io localsubjectaccessreviews
      WRITE,READ rbac.authorization.k8s.io rolebindings,roles
    role system:aggregate-to-edit into edit
      READ "" pods/attach,pods/exec,pods/portforward,pods/proxy,secrets,services/proxy
      impersonate "" serviceaccounts
      WRITE "" pods,pods/attach,pods/exec,pods/portforward,pods/proxy
      create "" pods/eviction
      WRITE "" configmaps,persistentvolumeclaims,replicationcontrollers,\#
    replicationcontrollers/scale,secrets,serviceaccounts,services,services/proxy
      create "" serviceaccounts/token
      WRITE "",events.k8s.io events
      WRITE apps daemonsets,deployments,deployments/rollback,deployments/scale,replicasets,\#
    replicasets/scale,statefulsets,statefulsets/scale
      WRITE autoscaling horizontalpodautoscalers
      WRITE batch cronjobs,jobs
      WRITE extensions daemonsets,deployments,deployments/rollback,deployments/scale,\#
    ingresses,networkpolicies,replicasets,replicasets/scale,replicationcontrollers/scale
      WRITE policy poddisruptionbudgets
      WRITE networking.k8s.io ingresses,networkpolicies
      WRITE,READ coordination.k8s.io leases
      WRITE resource.k8s.io resourceclaims,resourceclaimtemplates
    role system:aggregate-to-view into view
      READ "" configmaps,endpoints,persistentvolumeclaims,persistentvolumeclaims/status,pods,\#
    replicationcontrollers,replicationcontrollers/scale,serviceaccounts,services,\#
    services/status
      READ "" bindings,limitranges,namespaces/status,pods/log,pods/status,\#
    replicationcontrollers/status,resourcequotas,resourcequotas/status
      READ "" namespaces
      READ "",events.k8s.io events
      READ discovery.k8s.io endpointslices
      READ apps controllerrevisions,daemonsets,daemonsets/status,deployments,\#
    deployments/scale,deployments/status,replicasets,replicasets/scale,replicasets/status,\#
    statefulsets,statefulsets/scale,statefulsets/status
      READ autoscaling horizontalpodautoscalers,horizontalpodautoscalers/status
      READ batch cronjobs,cronjobs/status,jobs,jobs/status
      READ extensions daemonsets,daemonsets/status,deployments,deployments/scale,\#
    deployments/status,ingresses,ingresses/status,networkpolicies,replicasets,\#
    replicasets/scale,replicasets/status,replicationcontrollers/scale
      READ policy poddisruptionbudgets,poddisruptionbudgets/status
      READ networking.k8s.io ingresses,ingresses/status,networkpolicies
      READ resource.k8s.io resourceclaims,resourceclaims/status,resourceclaimtemplates
    role system:auth-delegator
      create authentication.k8s.io tokenreviews
      create authorization.k8s.io subjectaccessreviews
    role system:basic-user
      create authorization.k8s.io selfsubjectaccessreviews,selfsubjectrulesreviews
      create authentication.k8s.io selfsubjectreviews
    role system:certificates.k8s.io:certificatesigningrequests:nodeclient
      create certificates.k8s.io certificatesigningrequests/nodeclient
    role system:certificates.k8s.io:certificatesigningrequests:selfnodeclient
      create certificates.k8s.io certificatesigningrequests/selfnodeclient
    role system:certificates.k8s.io:kube-apiserver-client-approver
      approve certificates.k8s.io signers named kubernetes.io/kube-apiserver-client
    role system:certificates.k8s.io:kube-apiserver-client-kubelet-approver
      approve certificates.k8s.io signers named kubernetes.io/kube-apiserver-client-kubelet
    role system:certificates.k8s.io:kubelet-serving-approver
      approve certificates.k8s.io signers named kubernetes.io/kubelet-serving
    role system:certificates.k8s.io:legacy-unknown-approver
      approve certificates.k8s.io signers named kubernetes.io/legacy-unknown
    role system:discovery
      get url /api,/api/*,/apis,/apis/*,/healthz,/livez,/openapi,/openapi/*,/readyz,/version,\#
    /version/
    role system:heapster
      READ "" events,namespaces,nodes,pods
      READ extensions deployments
    role system:kube-aggregator
      READ "" endpoints,services
    role system:kube-controller-manager
      create,patch,update "",events.k8s.io events
      create coordination.k8s.io leases
      get,update coordination.k8s.io leases named kube-controller-manager
      create "" secrets,serviceaccounts
      delete "" secrets
      get "" configmaps,namespaces,secrets,serviceaccounts
      update "" secrets,serviceaccounts
      create authentication.k8s.io tokenreviews
      create authorization.k8s.io subjectaccessreviews
      list,watch * *
      create "" serviceaccounts/token
    role system:kube-dns
      list,watch "" endpoints,services
    role system:kube-scheduler
      create,patch,update "",events.k8s.io events
      create coordination.k8s.io leases
      READ,update coordination.k8s.io leases named kube-scheduler
      WRITE,READ coordination.k8s.io leasecandidates
      READ "" nodes
      READ,delete "" pods
      create "" bindings,pods/binding
      patch,update "" pods/status
      READ "" replicationcontrollers,services
      READ apps,extensions replicasets
      READ apps statefulsets
      READ policy poddisruptionbudgets
      READ "" persistentvolumeclaims,persistentvolumes
      create authentication.k8s.io tokenreviews
      create authorization.k8s.io subjectaccessreviews
      READ storage.k8s.io csinodes
      READ storage.k8s.io volumeattachments
      READ "" namespaces
      READ storage.k8s.io csidrivers
      READ storage.k8s.io csistoragecapacities
      READ resource.k8s.io deviceclasses
      READ,patch,update resource.k8s.io resourceclaims
      READ,patch,update resource.k8s.io resourceclaims/status
      update "" pods/finalizers
      READ resource.k8s.io resourceslices
      create,delete resource.k8s.io resourceclaims
      patch,update resource.k8s.io resourceclaims/binding
    role system:kubelet-api-admin
      READ "" nodes
      proxy "" nodes
      * "" nodes/log,nodes/metrics,nodes/proxy,nodes/stats
      * "" nodes/configz,nodes/healthz,nodes/pods
    role system:monitoring
      get url /flagz,/healthz,/healthz/*,/livez,/livez/*,/metrics,/metrics/slis,/readyz,\#
    /readyz/*,/statusz
      get "" nodes/metrics
    role system:node
      create authentication.k8s.io tokenreviews
      create authorization.k8s.io localsubjectaccessreviews,subjectaccessreviews
      READ "" services
      READ,create "" nodes
      patch,update "" nodes/status
      patch,update "" nodes
      create,patch,update "",events.k8s.io events
      READ "" pods
      create,delete "" pods
      patch,update "" pods/status
      create "" pods/eviction
      READ "" configmaps,secrets
      get "" persistentvolumeclaims,persistentvolumes
      get "" endpoints
      READ,create certificates.k8s.io certificatesigningrequests
      create,delete,get,patch,update coordination.k8s.io leases
      get storage.k8s.io volumeattachments
      create "" serviceaccounts/token
      get,patch,update "" persistentvolumeclaims/status
      READ storage.k8s.io csidrivers
      create,delete,get,patch,update storage.k8s.io csinodes
      READ node.k8s.io runtimeclasses
      get resource.k8s.io resourceclaims
      deletecollection resource.k8s.io resourceslices
      get "" serviceaccounts
    role system:node-bootstrapper
      READ,create certificates.k8s.io certificatesigningrequests
    role system:node-problem-detector
      get "" nodes
      patch "" nodes/status
      create,patch,update "",events.k8s.io events
    role system:node-proxier
      list,watch "" endpoints,services
      READ "" nodes
      create,patch,update "",events.k8s.io events
      list,watch networking.k8s.io servicecidrs
      list,watch discovery.k8s.io endpointslices
    role system:persistent-volume-provisioner
      READ,create,delete "" persistentvolumes
      READ,update "" persistentvolumeclaims
      READ storage.k8s.io storageclasses
      watch "" events
      create,patch,update "",events.k8s.io events
    role system:public-info-viewer
      get url /healthz,/livez,/readyz,/version,/version/
    role system:service-account-issuer-discovery
      get url /.well-known/openid-configuration,/.well-known/openid-configuration/,\#
    /openid/v1/jwks,/openid/v1/jwks/
    role system:volume-scheduler
      READ,patch,update "" persistentvolumes
      READ storage.k8s.io storageclasses
      READ,patch,update "" persistentvolumeclaims
    role view into edit from view
    role kube-public/system:controller:bootstrap-signer
      READ "" configmaps
      update "" configmaps named cluster-info
      create,patch,update "",events.k8s.io events
    role kube-system/extension-apiserver-authentication-reader
      READ "" configmaps named extension-apiserver-authentication
    role kube-system/system::leader-locking-kube-controller-manager
      READ,create,update coordination.k8s.io leases
      READ,create,update coordination.k8s.io leasecandidates
    role kube-system/system::leader-locking-kube-scheduler
      READ,create,update coordination.k8s.io leases
      READ,create,update coordination.k8s.io leasecandidates
    role kube-system/system:controller:bootstrap-signer
      READ "" secrets
    role kube-system/system:controller:cloud-provider
      READ,create "" configmaps
    role kube-system/system:controller:token-cleaner
      READ,delete "" secrets
      create,patch,update "",events.k8s.io events
    binding cluster-admin group=system:masters
    binding system:basic-user group=system:authenticated
    binding system:discovery group=system:authenticated
    binding system:kube-controller-manager user=system:kube-controller-manager
    binding system:kube-dns account=kube-system/kube-dns
    binding system:kube-scheduler user=system:kube-scheduler
    binding system:monitoring group=system:monitoring
    binding system:node
    binding system:node-proxier user=system:kube-proxy
    binding system:public-info-viewer group=system:authenticated group=system:unauthenticated
    binding system:service-account-issuer-discovery group=system:serviceaccounts
    binding system:volume-scheduler user=system:kube-scheduler
    binding kube-public/system:controller:bootstrap-signer account=kube-system/bootstrap-signer
    binding kube-system/system::extension-apiserver-authentication-reader role=extension-apiserver-authentication-reader user=system:kube-controller-manager user=system:kube-scheduler
    binding kube-system/system::leader-locking-kube-controller-manager user=system:kube-controller-manager account=kube-system/kube-controller-manager account=kube-system/leader-election-controller
    binding kube-system/system::leader-locking-kube-scheduler user=system:kube-scheduler account=kube-system/kube-scheduler
    binding kube-system/system:controller:bootstrap-signer account=kube-system/bootstrap-signer
    binding kube-system/system:controller:cloud-provider account=kube-system/cloud-provider
    binding kube-system/system:controller:token-cleaner account=kube-system/token-cleaner
    """#
}
