// Generated from the bootstrap policy a running server reports.
/** Roles and bindings every cluster starts with, without kind and apiVersion. */
export interface BootstrapObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

export const bootstrapPolicy: Readonly<Record<"clusterroles" | "clusterrolebindings" | "roles" | "rolebindings", readonly BootstrapObject[]>> = {
 "clusterroles": [
  {
   "metadata": {
    "name": "admin",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "pods/attach",
      "pods/exec",
      "pods/portforward",
      "pods/proxy",
      "secrets",
      "services/proxy"
     ]
    },
    {
     "verbs": [
      "impersonate"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "serviceaccounts"
     ]
    },
    {
     "verbs": [
      "create",
      "delete",
      "deletecollection",
      "patch",
      "update"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "pods",
      "pods/attach",
      "pods/exec",
      "pods/portforward",
      "pods/proxy"
     ]
    },
    {
     "verbs": [
      "create",
      "delete",
      "deletecollection",
      "patch",
      "update"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "configmaps",
      "endpoints",
      "persistentvolumeclaims",
      "replicationcontrollers",
      "replicationcontrollers/scale",
      "secrets",
      "serviceaccounts",
      "services",
      "services/proxy"
     ]
    },
    {
     "verbs": [
      "create",
      "delete",
      "deletecollection",
      "patch",
      "update"
     ],
     "apiGroups": [
      "apps"
     ],
     "resources": [
      "daemonsets",
      "deployments",
      "deployments/rollback",
      "deployments/scale",
      "replicasets",
      "replicasets/scale",
      "statefulsets",
      "statefulsets/scale"
     ]
    },
    {
     "verbs": [
      "create",
      "delete",
      "deletecollection",
      "patch",
      "update"
     ],
     "apiGroups": [
      "autoscaling"
     ],
     "resources": [
      "horizontalpodautoscalers"
     ]
    },
    {
     "verbs": [
      "create",
      "delete",
      "deletecollection",
      "patch",
      "update"
     ],
     "apiGroups": [
      "batch"
     ],
     "resources": [
      "cronjobs",
      "jobs"
     ]
    },
    {
     "verbs": [
      "create",
      "delete",
      "deletecollection",
      "patch",
      "update"
     ],
     "apiGroups": [
      "extensions"
     ],
     "resources": [
      "daemonsets",
      "deployments",
      "deployments/rollback",
      "deployments/scale",
      "ingresses",
      "networkpolicies",
      "replicasets",
      "replicasets/scale",
      "replicationcontrollers/scale"
     ]
    },
    {
     "verbs": [
      "create",
      "delete",
      "deletecollection",
      "patch",
      "update"
     ],
     "apiGroups": [
      "policy"
     ],
     "resources": [
      "poddisruptionbudgets"
     ]
    },
    {
     "verbs": [
      "create",
      "delete",
      "deletecollection",
      "patch",
      "update"
     ],
     "apiGroups": [
      "networking.k8s.io"
     ],
     "resources": [
      "ingresses",
      "networkpolicies"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "configmaps",
      "endpoints",
      "persistentvolumeclaims",
      "persistentvolumeclaims/status",
      "pods",
      "replicationcontrollers",
      "replicationcontrollers/scale",
      "serviceaccounts",
      "services",
      "services/status"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "bindings",
      "events",
      "limitranges",
      "namespaces/status",
      "pods/log",
      "pods/status",
      "replicationcontrollers/status",
      "resourcequotas",
      "resourcequotas/status"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "namespaces"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      "apps"
     ],
     "resources": [
      "controllerrevisions",
      "daemonsets",
      "daemonsets/status",
      "deployments",
      "deployments/scale",
      "deployments/status",
      "replicasets",
      "replicasets/scale",
      "replicasets/status",
      "statefulsets",
      "statefulsets/scale",
      "statefulsets/status"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      "autoscaling"
     ],
     "resources": [
      "horizontalpodautoscalers",
      "horizontalpodautoscalers/status"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      "batch"
     ],
     "resources": [
      "cronjobs",
      "cronjobs/status",
      "jobs",
      "jobs/status"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      "extensions"
     ],
     "resources": [
      "daemonsets",
      "daemonsets/status",
      "deployments",
      "deployments/scale",
      "deployments/status",
      "ingresses",
      "ingresses/status",
      "networkpolicies",
      "replicasets",
      "replicasets/scale",
      "replicasets/status",
      "replicationcontrollers/scale"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      "policy"
     ],
     "resources": [
      "poddisruptionbudgets",
      "poddisruptionbudgets/status"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      "networking.k8s.io"
     ],
     "resources": [
      "ingresses",
      "ingresses/status",
      "networkpolicies"
     ]
    },
    {
     "verbs": [
      "create"
     ],
     "apiGroups": [
      "authorization.k8s.io"
     ],
     "resources": [
      "localsubjectaccessreviews"
     ]
    },
    {
     "verbs": [
      "create",
      "delete",
      "deletecollection",
      "get",
      "list",
      "patch",
      "update",
      "watch"
     ],
     "apiGroups": [
      "rbac.authorization.k8s.io"
     ],
     "resources": [
      "rolebindings",
      "roles"
     ]
    }
   ],
   "aggregationRule": {
    "clusterRoleSelectors": [
     {
      "matchLabels": {
       "rbac.authorization.k8s.io/aggregate-to-admin": "true"
      }
     }
    ]
   }
  },
  {
   "metadata": {
    "name": "cluster-admin",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "*"
     ],
     "apiGroups": [
      "*"
     ],
     "resources": [
      "*"
     ]
    },
    {
     "verbs": [
      "*"
     ],
     "nonResourceURLs": [
      "*"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "edit",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults",
     "rbac.authorization.k8s.io/aggregate-to-admin": "true"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "pods/attach",
      "pods/exec",
      "pods/portforward",
      "pods/proxy",
      "secrets",
      "services/proxy"
     ]
    },
    {
     "verbs": [
      "impersonate"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "serviceaccounts"
     ]
    },
    {
     "verbs": [
      "create",
      "delete",
      "deletecollection",
      "patch",
      "update"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "pods",
      "pods/attach",
      "pods/exec",
      "pods/portforward",
      "pods/proxy"
     ]
    },
    {
     "verbs": [
      "create",
      "delete",
      "deletecollection",
      "patch",
      "update"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "configmaps",
      "endpoints",
      "persistentvolumeclaims",
      "replicationcontrollers",
      "replicationcontrollers/scale",
      "secrets",
      "serviceaccounts",
      "services",
      "services/proxy"
     ]
    },
    {
     "verbs": [
      "create",
      "delete",
      "deletecollection",
      "patch",
      "update"
     ],
     "apiGroups": [
      "apps"
     ],
     "resources": [
      "daemonsets",
      "deployments",
      "deployments/rollback",
      "deployments/scale",
      "replicasets",
      "replicasets/scale",
      "statefulsets",
      "statefulsets/scale"
     ]
    },
    {
     "verbs": [
      "create",
      "delete",
      "deletecollection",
      "patch",
      "update"
     ],
     "apiGroups": [
      "autoscaling"
     ],
     "resources": [
      "horizontalpodautoscalers"
     ]
    },
    {
     "verbs": [
      "create",
      "delete",
      "deletecollection",
      "patch",
      "update"
     ],
     "apiGroups": [
      "batch"
     ],
     "resources": [
      "cronjobs",
      "jobs"
     ]
    },
    {
     "verbs": [
      "create",
      "delete",
      "deletecollection",
      "patch",
      "update"
     ],
     "apiGroups": [
      "extensions"
     ],
     "resources": [
      "daemonsets",
      "deployments",
      "deployments/rollback",
      "deployments/scale",
      "ingresses",
      "networkpolicies",
      "replicasets",
      "replicasets/scale",
      "replicationcontrollers/scale"
     ]
    },
    {
     "verbs": [
      "create",
      "delete",
      "deletecollection",
      "patch",
      "update"
     ],
     "apiGroups": [
      "policy"
     ],
     "resources": [
      "poddisruptionbudgets"
     ]
    },
    {
     "verbs": [
      "create",
      "delete",
      "deletecollection",
      "patch",
      "update"
     ],
     "apiGroups": [
      "networking.k8s.io"
     ],
     "resources": [
      "ingresses",
      "networkpolicies"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "configmaps",
      "endpoints",
      "persistentvolumeclaims",
      "persistentvolumeclaims/status",
      "pods",
      "replicationcontrollers",
      "replicationcontrollers/scale",
      "serviceaccounts",
      "services",
      "services/status"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "bindings",
      "events",
      "limitranges",
      "namespaces/status",
      "pods/log",
      "pods/status",
      "replicationcontrollers/status",
      "resourcequotas",
      "resourcequotas/status"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "namespaces"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      "apps"
     ],
     "resources": [
      "controllerrevisions",
      "daemonsets",
      "daemonsets/status",
      "deployments",
      "deployments/scale",
      "deployments/status",
      "replicasets",
      "replicasets/scale",
      "replicasets/status",
      "statefulsets",
      "statefulsets/scale",
      "statefulsets/status"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      "autoscaling"
     ],
     "resources": [
      "horizontalpodautoscalers",
      "horizontalpodautoscalers/status"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      "batch"
     ],
     "resources": [
      "cronjobs",
      "cronjobs/status",
      "jobs",
      "jobs/status"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      "extensions"
     ],
     "resources": [
      "daemonsets",
      "daemonsets/status",
      "deployments",
      "deployments/scale",
      "deployments/status",
      "ingresses",
      "ingresses/status",
      "networkpolicies",
      "replicasets",
      "replicasets/scale",
      "replicasets/status",
      "replicationcontrollers/scale"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      "policy"
     ],
     "resources": [
      "poddisruptionbudgets",
      "poddisruptionbudgets/status"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      "networking.k8s.io"
     ],
     "resources": [
      "ingresses",
      "ingresses/status",
      "networkpolicies"
     ]
    }
   ],
   "aggregationRule": {
    "clusterRoleSelectors": [
     {
      "matchLabels": {
       "rbac.authorization.k8s.io/aggregate-to-edit": "true"
      }
     }
    ]
   }
  },
  {
   "metadata": {
    "name": "system:aggregate-to-admin",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults",
     "rbac.authorization.k8s.io/aggregate-to-admin": "true"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "create"
     ],
     "apiGroups": [
      "authorization.k8s.io"
     ],
     "resources": [
      "localsubjectaccessreviews"
     ]
    },
    {
     "verbs": [
      "create",
      "delete",
      "deletecollection",
      "get",
      "list",
      "patch",
      "update",
      "watch"
     ],
     "apiGroups": [
      "rbac.authorization.k8s.io"
     ],
     "resources": [
      "rolebindings",
      "roles"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:aggregate-to-edit",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults",
     "rbac.authorization.k8s.io/aggregate-to-edit": "true"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "pods/attach",
      "pods/exec",
      "pods/portforward",
      "pods/proxy",
      "secrets",
      "services/proxy"
     ]
    },
    {
     "verbs": [
      "impersonate"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "serviceaccounts"
     ]
    },
    {
     "verbs": [
      "create",
      "delete",
      "deletecollection",
      "patch",
      "update"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "pods",
      "pods/attach",
      "pods/exec",
      "pods/portforward",
      "pods/proxy"
     ]
    },
    {
     "verbs": [
      "create",
      "delete",
      "deletecollection",
      "patch",
      "update"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "configmaps",
      "endpoints",
      "persistentvolumeclaims",
      "replicationcontrollers",
      "replicationcontrollers/scale",
      "secrets",
      "serviceaccounts",
      "services",
      "services/proxy"
     ]
    },
    {
     "verbs": [
      "create",
      "delete",
      "deletecollection",
      "patch",
      "update"
     ],
     "apiGroups": [
      "apps"
     ],
     "resources": [
      "daemonsets",
      "deployments",
      "deployments/rollback",
      "deployments/scale",
      "replicasets",
      "replicasets/scale",
      "statefulsets",
      "statefulsets/scale"
     ]
    },
    {
     "verbs": [
      "create",
      "delete",
      "deletecollection",
      "patch",
      "update"
     ],
     "apiGroups": [
      "autoscaling"
     ],
     "resources": [
      "horizontalpodautoscalers"
     ]
    },
    {
     "verbs": [
      "create",
      "delete",
      "deletecollection",
      "patch",
      "update"
     ],
     "apiGroups": [
      "batch"
     ],
     "resources": [
      "cronjobs",
      "jobs"
     ]
    },
    {
     "verbs": [
      "create",
      "delete",
      "deletecollection",
      "patch",
      "update"
     ],
     "apiGroups": [
      "extensions"
     ],
     "resources": [
      "daemonsets",
      "deployments",
      "deployments/rollback",
      "deployments/scale",
      "ingresses",
      "networkpolicies",
      "replicasets",
      "replicasets/scale",
      "replicationcontrollers/scale"
     ]
    },
    {
     "verbs": [
      "create",
      "delete",
      "deletecollection",
      "patch",
      "update"
     ],
     "apiGroups": [
      "policy"
     ],
     "resources": [
      "poddisruptionbudgets"
     ]
    },
    {
     "verbs": [
      "create",
      "delete",
      "deletecollection",
      "patch",
      "update"
     ],
     "apiGroups": [
      "networking.k8s.io"
     ],
     "resources": [
      "ingresses",
      "networkpolicies"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:aggregate-to-view",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults",
     "rbac.authorization.k8s.io/aggregate-to-view": "true"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "configmaps",
      "endpoints",
      "persistentvolumeclaims",
      "persistentvolumeclaims/status",
      "pods",
      "replicationcontrollers",
      "replicationcontrollers/scale",
      "serviceaccounts",
      "services",
      "services/status"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "bindings",
      "events",
      "limitranges",
      "namespaces/status",
      "pods/log",
      "pods/status",
      "replicationcontrollers/status",
      "resourcequotas",
      "resourcequotas/status"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "namespaces"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      "apps"
     ],
     "resources": [
      "controllerrevisions",
      "daemonsets",
      "daemonsets/status",
      "deployments",
      "deployments/scale",
      "deployments/status",
      "replicasets",
      "replicasets/scale",
      "replicasets/status",
      "statefulsets",
      "statefulsets/scale",
      "statefulsets/status"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      "autoscaling"
     ],
     "resources": [
      "horizontalpodautoscalers",
      "horizontalpodautoscalers/status"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      "batch"
     ],
     "resources": [
      "cronjobs",
      "cronjobs/status",
      "jobs",
      "jobs/status"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      "extensions"
     ],
     "resources": [
      "daemonsets",
      "daemonsets/status",
      "deployments",
      "deployments/scale",
      "deployments/status",
      "ingresses",
      "ingresses/status",
      "networkpolicies",
      "replicasets",
      "replicasets/scale",
      "replicasets/status",
      "replicationcontrollers/scale"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      "policy"
     ],
     "resources": [
      "poddisruptionbudgets",
      "poddisruptionbudgets/status"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      "networking.k8s.io"
     ],
     "resources": [
      "ingresses",
      "ingresses/status",
      "networkpolicies"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:auth-delegator",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "create"
     ],
     "apiGroups": [
      "authentication.k8s.io"
     ],
     "resources": [
      "tokenreviews"
     ]
    },
    {
     "verbs": [
      "create"
     ],
     "apiGroups": [
      "authorization.k8s.io"
     ],
     "resources": [
      "subjectaccessreviews"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:basic-user",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "create"
     ],
     "apiGroups": [
      "authorization.k8s.io"
     ],
     "resources": [
      "selfsubjectaccessreviews",
      "selfsubjectrulesreviews"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:certificates.k8s.io:certificatesigningrequests:nodeclient",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "create"
     ],
     "apiGroups": [
      "certificates.k8s.io"
     ],
     "resources": [
      "certificatesigningrequests/nodeclient"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:certificates.k8s.io:certificatesigningrequests:selfnodeclient",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "create"
     ],
     "apiGroups": [
      "certificates.k8s.io"
     ],
     "resources": [
      "certificatesigningrequests/selfnodeclient"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:certificates.k8s.io:kube-apiserver-client-approver",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "approve"
     ],
     "apiGroups": [
      "certificates.k8s.io"
     ],
     "resources": [
      "signers"
     ],
     "resourceNames": [
      "kubernetes.io/kube-apiserver-client"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:certificates.k8s.io:kube-apiserver-client-kubelet-approver",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "approve"
     ],
     "apiGroups": [
      "certificates.k8s.io"
     ],
     "resources": [
      "signers"
     ],
     "resourceNames": [
      "kubernetes.io/kube-apiserver-client-kubelet"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:certificates.k8s.io:kubelet-serving-approver",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "approve"
     ],
     "apiGroups": [
      "certificates.k8s.io"
     ],
     "resources": [
      "signers"
     ],
     "resourceNames": [
      "kubernetes.io/kubelet-serving"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:certificates.k8s.io:legacy-unknown-approver",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "approve"
     ],
     "apiGroups": [
      "certificates.k8s.io"
     ],
     "resources": [
      "signers"
     ],
     "resourceNames": [
      "kubernetes.io/legacy-unknown"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:attachdetach-controller",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "persistentvolumeclaims",
      "persistentvolumes"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "nodes"
     ]
    },
    {
     "verbs": [
      "patch",
      "update"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "nodes/status"
     ]
    },
    {
     "verbs": [
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "pods"
     ]
    },
    {
     "verbs": [
      "create",
      "patch",
      "update"
     ],
     "apiGroups": [
      "",
      "events.k8s.io"
     ],
     "resources": [
      "events"
     ]
    },
    {
     "verbs": [
      "create",
      "delete",
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      "storage.k8s.io"
     ],
     "resources": [
      "volumeattachments"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      "storage.k8s.io"
     ],
     "resources": [
      "csidrivers"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      "storage.k8s.io"
     ],
     "resources": [
      "csinodes"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:certificate-controller",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "delete",
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      "certificates.k8s.io"
     ],
     "resources": [
      "certificatesigningrequests"
     ]
    },
    {
     "verbs": [
      "update"
     ],
     "apiGroups": [
      "certificates.k8s.io"
     ],
     "resources": [
      "certificatesigningrequests/approval",
      "certificatesigningrequests/status"
     ]
    },
    {
     "verbs": [
      "approve"
     ],
     "apiGroups": [
      "certificates.k8s.io"
     ],
     "resources": [
      "signers"
     ],
     "resourceNames": [
      "kubernetes.io/kube-apiserver-client-kubelet"
     ]
    },
    {
     "verbs": [
      "sign"
     ],
     "apiGroups": [
      "certificates.k8s.io"
     ],
     "resources": [
      "signers"
     ],
     "resourceNames": [
      "kubernetes.io/kube-apiserver-client",
      "kubernetes.io/kube-apiserver-client-kubelet",
      "kubernetes.io/kubelet-serving",
      "kubernetes.io/legacy-unknown"
     ]
    },
    {
     "verbs": [
      "create"
     ],
     "apiGroups": [
      "authorization.k8s.io"
     ],
     "resources": [
      "subjectaccessreviews"
     ]
    },
    {
     "verbs": [
      "create",
      "patch",
      "update"
     ],
     "apiGroups": [
      "",
      "events.k8s.io"
     ],
     "resources": [
      "events"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:clusterrole-aggregation-controller",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "escalate",
      "get",
      "list",
      "patch",
      "update",
      "watch"
     ],
     "apiGroups": [
      "rbac.authorization.k8s.io"
     ],
     "resources": [
      "clusterroles"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:cronjob-controller",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "get",
      "list",
      "update",
      "watch"
     ],
     "apiGroups": [
      "batch"
     ],
     "resources": [
      "cronjobs"
     ]
    },
    {
     "verbs": [
      "create",
      "delete",
      "get",
      "list",
      "patch",
      "update",
      "watch"
     ],
     "apiGroups": [
      "batch"
     ],
     "resources": [
      "jobs"
     ]
    },
    {
     "verbs": [
      "update"
     ],
     "apiGroups": [
      "batch"
     ],
     "resources": [
      "cronjobs/status"
     ]
    },
    {
     "verbs": [
      "update"
     ],
     "apiGroups": [
      "batch"
     ],
     "resources": [
      "cronjobs/finalizers"
     ]
    },
    {
     "verbs": [
      "delete",
      "list"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "pods"
     ]
    },
    {
     "verbs": [
      "create",
      "patch",
      "update"
     ],
     "apiGroups": [
      "",
      "events.k8s.io"
     ],
     "resources": [
      "events"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:daemon-set-controller",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      "apps",
      "extensions"
     ],
     "resources": [
      "daemonsets"
     ]
    },
    {
     "verbs": [
      "update"
     ],
     "apiGroups": [
      "apps",
      "extensions"
     ],
     "resources": [
      "daemonsets/status"
     ]
    },
    {
     "verbs": [
      "update"
     ],
     "apiGroups": [
      "apps",
      "extensions"
     ],
     "resources": [
      "daemonsets/finalizers"
     ]
    },
    {
     "verbs": [
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "nodes"
     ]
    },
    {
     "verbs": [
      "create",
      "delete",
      "list",
      "patch",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "pods"
     ]
    },
    {
     "verbs": [
      "create"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "pods/binding"
     ]
    },
    {
     "verbs": [
      "create",
      "delete",
      "get",
      "list",
      "patch",
      "update",
      "watch"
     ],
     "apiGroups": [
      "apps"
     ],
     "resources": [
      "controllerrevisions"
     ]
    },
    {
     "verbs": [
      "create",
      "patch",
      "update"
     ],
     "apiGroups": [
      "",
      "events.k8s.io"
     ],
     "resources": [
      "events"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:deployment-controller",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "get",
      "list",
      "update",
      "watch"
     ],
     "apiGroups": [
      "apps",
      "extensions"
     ],
     "resources": [
      "deployments"
     ]
    },
    {
     "verbs": [
      "update"
     ],
     "apiGroups": [
      "apps",
      "extensions"
     ],
     "resources": [
      "deployments/status"
     ]
    },
    {
     "verbs": [
      "update"
     ],
     "apiGroups": [
      "apps",
      "extensions"
     ],
     "resources": [
      "deployments/finalizers"
     ]
    },
    {
     "verbs": [
      "create",
      "delete",
      "get",
      "list",
      "patch",
      "update",
      "watch"
     ],
     "apiGroups": [
      "apps",
      "extensions"
     ],
     "resources": [
      "replicasets"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "update",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "pods"
     ]
    },
    {
     "verbs": [
      "create",
      "patch",
      "update"
     ],
     "apiGroups": [
      "",
      "events.k8s.io"
     ],
     "resources": [
      "events"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:disruption-controller",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      "apps",
      "extensions"
     ],
     "resources": [
      "deployments"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      "apps",
      "extensions"
     ],
     "resources": [
      "replicasets"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "replicationcontrollers"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      "policy"
     ],
     "resources": [
      "poddisruptionbudgets"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      "apps"
     ],
     "resources": [
      "statefulsets"
     ]
    },
    {
     "verbs": [
      "update"
     ],
     "apiGroups": [
      "policy"
     ],
     "resources": [
      "poddisruptionbudgets/status"
     ]
    },
    {
     "verbs": [
      "get"
     ],
     "apiGroups": [
      "*"
     ],
     "resources": [
      "*/scale"
     ]
    },
    {
     "verbs": [
      "create",
      "patch",
      "update"
     ],
     "apiGroups": [
      "",
      "events.k8s.io"
     ],
     "resources": [
      "events"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:endpoint-controller",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "pods",
      "services"
     ]
    },
    {
     "verbs": [
      "create",
      "delete",
      "get",
      "list",
      "update"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "endpoints"
     ]
    },
    {
     "verbs": [
      "create"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "endpoints/restricted"
     ]
    },
    {
     "verbs": [
      "create",
      "patch",
      "update"
     ],
     "apiGroups": [
      "",
      "events.k8s.io"
     ],
     "resources": [
      "events"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:endpointslice-controller",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "nodes",
      "pods",
      "services"
     ]
    },
    {
     "verbs": [
      "update"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "services/finalizers"
     ]
    },
    {
     "verbs": [
      "create",
      "delete",
      "get",
      "list",
      "update"
     ],
     "apiGroups": [
      "discovery.k8s.io"
     ],
     "resources": [
      "endpointslices"
     ]
    },
    {
     "verbs": [
      "create",
      "patch",
      "update"
     ],
     "apiGroups": [
      "",
      "events.k8s.io"
     ],
     "resources": [
      "events"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:endpointslicemirroring-controller",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "endpoints",
      "services"
     ]
    },
    {
     "verbs": [
      "update"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "services/finalizers"
     ]
    },
    {
     "verbs": [
      "update"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "endpoints/finalizers"
     ]
    },
    {
     "verbs": [
      "create",
      "delete",
      "get",
      "list",
      "update"
     ],
     "apiGroups": [
      "discovery.k8s.io"
     ],
     "resources": [
      "endpointslices"
     ]
    },
    {
     "verbs": [
      "create",
      "patch",
      "update"
     ],
     "apiGroups": [
      "",
      "events.k8s.io"
     ],
     "resources": [
      "events"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:expand-controller",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "get",
      "list",
      "patch",
      "update",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "persistentvolumes"
     ]
    },
    {
     "verbs": [
      "patch",
      "update"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "persistentvolumeclaims/status"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "persistentvolumeclaims"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      "storage.k8s.io"
     ],
     "resources": [
      "storageclasses"
     ]
    },
    {
     "verbs": [
      "get"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "endpoints",
      "services"
     ]
    },
    {
     "verbs": [
      "get"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "secrets"
     ]
    },
    {
     "verbs": [
      "create",
      "patch",
      "update"
     ],
     "apiGroups": [
      "",
      "events.k8s.io"
     ],
     "resources": [
      "events"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:generic-garbage-collector",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "delete",
      "get",
      "list",
      "patch",
      "update",
      "watch"
     ],
     "apiGroups": [
      "*"
     ],
     "resources": [
      "*"
     ]
    },
    {
     "verbs": [
      "create",
      "patch",
      "update"
     ],
     "apiGroups": [
      "",
      "events.k8s.io"
     ],
     "resources": [
      "events"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:horizontal-pod-autoscaler",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      "autoscaling"
     ],
     "resources": [
      "horizontalpodautoscalers"
     ]
    },
    {
     "verbs": [
      "update"
     ],
     "apiGroups": [
      "autoscaling"
     ],
     "resources": [
      "horizontalpodautoscalers/status"
     ]
    },
    {
     "verbs": [
      "get",
      "update"
     ],
     "apiGroups": [
      "*"
     ],
     "resources": [
      "*/scale"
     ]
    },
    {
     "verbs": [
      "list"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "pods"
     ]
    },
    {
     "verbs": [
      "get"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "services/proxy"
     ],
     "resourceNames": [
      "http:heapster:",
      "https:heapster:"
     ]
    },
    {
     "verbs": [
      "list"
     ],
     "apiGroups": [
      "metrics.k8s.io"
     ],
     "resources": [
      "pods"
     ]
    },
    {
     "verbs": [
      "get",
      "list"
     ],
     "apiGroups": [
      "custom.metrics.k8s.io"
     ],
     "resources": [
      "*"
     ]
    },
    {
     "verbs": [
      "create",
      "patch",
      "update"
     ],
     "apiGroups": [
      "",
      "events.k8s.io"
     ],
     "resources": [
      "events"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:job-controller",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "get",
      "list",
      "update",
      "watch"
     ],
     "apiGroups": [
      "batch"
     ],
     "resources": [
      "jobs"
     ]
    },
    {
     "verbs": [
      "update"
     ],
     "apiGroups": [
      "batch"
     ],
     "resources": [
      "jobs/status"
     ]
    },
    {
     "verbs": [
      "update"
     ],
     "apiGroups": [
      "batch"
     ],
     "resources": [
      "jobs/finalizers"
     ]
    },
    {
     "verbs": [
      "create",
      "delete",
      "list",
      "patch",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "pods"
     ]
    },
    {
     "verbs": [
      "create",
      "patch",
      "update"
     ],
     "apiGroups": [
      "",
      "events.k8s.io"
     ],
     "resources": [
      "events"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:namespace-controller",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "delete",
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "namespaces"
     ]
    },
    {
     "verbs": [
      "update"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "namespaces/finalize",
      "namespaces/status"
     ]
    },
    {
     "verbs": [
      "delete",
      "deletecollection",
      "get",
      "list"
     ],
     "apiGroups": [
      "*"
     ],
     "resources": [
      "*"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:node-controller",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "delete",
      "get",
      "list",
      "patch",
      "update"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "nodes"
     ]
    },
    {
     "verbs": [
      "patch",
      "update"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "nodes/status"
     ]
    },
    {
     "verbs": [
      "update"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "pods/status"
     ]
    },
    {
     "verbs": [
      "delete",
      "list"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "pods"
     ]
    },
    {
     "verbs": [
      "create",
      "patch",
      "update"
     ],
     "apiGroups": [
      "",
      "events.k8s.io"
     ],
     "resources": [
      "events"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:persistent-volume-binder",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "create",
      "delete",
      "get",
      "list",
      "update",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "persistentvolumes"
     ]
    },
    {
     "verbs": [
      "update"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "persistentvolumes/status"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "update",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "persistentvolumeclaims"
     ]
    },
    {
     "verbs": [
      "update"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "persistentvolumeclaims/status"
     ]
    },
    {
     "verbs": [
      "create",
      "delete",
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "pods"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      "storage.k8s.io"
     ],
     "resources": [
      "storageclasses"
     ]
    },
    {
     "verbs": [
      "create",
      "delete",
      "get",
      "update"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "endpoints"
     ]
    },
    {
     "verbs": [
      "create",
      "delete",
      "get"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "services"
     ]
    },
    {
     "verbs": [
      "get"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "secrets"
     ]
    },
    {
     "verbs": [
      "get",
      "list"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "nodes"
     ]
    },
    {
     "verbs": [
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "events"
     ]
    },
    {
     "verbs": [
      "create",
      "patch",
      "update"
     ],
     "apiGroups": [
      "",
      "events.k8s.io"
     ],
     "resources": [
      "events"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:pod-garbage-collector",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "delete",
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "pods"
     ]
    },
    {
     "verbs": [
      "get",
      "list"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "nodes"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:pv-protection-controller",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "get",
      "list",
      "update",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "persistentvolumes"
     ]
    },
    {
     "verbs": [
      "create",
      "patch",
      "update"
     ],
     "apiGroups": [
      "",
      "events.k8s.io"
     ],
     "resources": [
      "events"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:pvc-protection-controller",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "get",
      "list",
      "update",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "persistentvolumeclaims"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "pods"
     ]
    },
    {
     "verbs": [
      "create",
      "patch",
      "update"
     ],
     "apiGroups": [
      "",
      "events.k8s.io"
     ],
     "resources": [
      "events"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:replicaset-controller",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "get",
      "list",
      "update",
      "watch"
     ],
     "apiGroups": [
      "apps",
      "extensions"
     ],
     "resources": [
      "replicasets"
     ]
    },
    {
     "verbs": [
      "update"
     ],
     "apiGroups": [
      "apps",
      "extensions"
     ],
     "resources": [
      "replicasets/status"
     ]
    },
    {
     "verbs": [
      "update"
     ],
     "apiGroups": [
      "apps",
      "extensions"
     ],
     "resources": [
      "replicasets/finalizers"
     ]
    },
    {
     "verbs": [
      "create",
      "delete",
      "list",
      "patch",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "pods"
     ]
    },
    {
     "verbs": [
      "create",
      "patch",
      "update"
     ],
     "apiGroups": [
      "",
      "events.k8s.io"
     ],
     "resources": [
      "events"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:replication-controller",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "get",
      "list",
      "update",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "replicationcontrollers"
     ]
    },
    {
     "verbs": [
      "update"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "replicationcontrollers/status"
     ]
    },
    {
     "verbs": [
      "update"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "replicationcontrollers/finalizers"
     ]
    },
    {
     "verbs": [
      "create",
      "delete",
      "list",
      "patch",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "pods"
     ]
    },
    {
     "verbs": [
      "create",
      "patch",
      "update"
     ],
     "apiGroups": [
      "",
      "events.k8s.io"
     ],
     "resources": [
      "events"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:resourcequota-controller",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "list",
      "watch"
     ],
     "apiGroups": [
      "*"
     ],
     "resources": [
      "*"
     ]
    },
    {
     "verbs": [
      "update"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "resourcequotas/status"
     ]
    },
    {
     "verbs": [
      "create",
      "patch",
      "update"
     ],
     "apiGroups": [
      "",
      "events.k8s.io"
     ],
     "resources": [
      "events"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:root-ca-cert-publisher",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "create",
      "update"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "configmaps"
     ]
    },
    {
     "verbs": [
      "create",
      "patch",
      "update"
     ],
     "apiGroups": [
      "",
      "events.k8s.io"
     ],
     "resources": [
      "events"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:route-controller",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "nodes"
     ]
    },
    {
     "verbs": [
      "patch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "nodes/status"
     ]
    },
    {
     "verbs": [
      "create",
      "patch",
      "update"
     ],
     "apiGroups": [
      "",
      "events.k8s.io"
     ],
     "resources": [
      "events"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:service-account-controller",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "create"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "serviceaccounts"
     ]
    },
    {
     "verbs": [
      "create",
      "patch",
      "update"
     ],
     "apiGroups": [
      "",
      "events.k8s.io"
     ],
     "resources": [
      "events"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:service-controller",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "services"
     ]
    },
    {
     "verbs": [
      "patch",
      "update"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "services/status"
     ]
    },
    {
     "verbs": [
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "nodes"
     ]
    },
    {
     "verbs": [
      "create",
      "patch",
      "update"
     ],
     "apiGroups": [
      "",
      "events.k8s.io"
     ],
     "resources": [
      "events"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:statefulset-controller",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "pods"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      "apps"
     ],
     "resources": [
      "statefulsets"
     ]
    },
    {
     "verbs": [
      "update"
     ],
     "apiGroups": [
      "apps"
     ],
     "resources": [
      "statefulsets/status"
     ]
    },
    {
     "verbs": [
      "update"
     ],
     "apiGroups": [
      "apps"
     ],
     "resources": [
      "statefulsets/finalizers"
     ]
    },
    {
     "verbs": [
      "create",
      "delete",
      "get",
      "patch",
      "update"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "pods"
     ]
    },
    {
     "verbs": [
      "create",
      "delete",
      "get",
      "list",
      "patch",
      "update",
      "watch"
     ],
     "apiGroups": [
      "apps"
     ],
     "resources": [
      "controllerrevisions"
     ]
    },
    {
     "verbs": [
      "create",
      "get"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "persistentvolumeclaims"
     ]
    },
    {
     "verbs": [
      "create",
      "patch",
      "update"
     ],
     "apiGroups": [
      "",
      "events.k8s.io"
     ],
     "resources": [
      "events"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:ttl-controller",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "list",
      "patch",
      "update",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "nodes"
     ]
    },
    {
     "verbs": [
      "create",
      "patch",
      "update"
     ],
     "apiGroups": [
      "",
      "events.k8s.io"
     ],
     "resources": [
      "events"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:discovery",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "get"
     ],
     "nonResourceURLs": [
      "/api",
      "/api/*",
      "/apis",
      "/apis/*",
      "/healthz",
      "/livez",
      "/openapi",
      "/openapi/*",
      "/readyz",
      "/version",
      "/version/"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:heapster",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "events",
      "namespaces",
      "nodes",
      "pods"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      "extensions"
     ],
     "resources": [
      "deployments"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:kube-aggregator",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "endpoints",
      "services"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:kube-controller-manager",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "create",
      "patch",
      "update"
     ],
     "apiGroups": [
      "",
      "events.k8s.io"
     ],
     "resources": [
      "events"
     ]
    },
    {
     "verbs": [
      "create"
     ],
     "apiGroups": [
      "coordination.k8s.io"
     ],
     "resources": [
      "leases"
     ]
    },
    {
     "verbs": [
      "get",
      "update"
     ],
     "apiGroups": [
      "coordination.k8s.io"
     ],
     "resources": [
      "leases"
     ],
     "resourceNames": [
      "kube-controller-manager"
     ]
    },
    {
     "verbs": [
      "create"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "endpoints"
     ]
    },
    {
     "verbs": [
      "get",
      "update"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "endpoints"
     ],
     "resourceNames": [
      "kube-controller-manager"
     ]
    },
    {
     "verbs": [
      "create"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "secrets",
      "serviceaccounts"
     ]
    },
    {
     "verbs": [
      "delete"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "secrets"
     ]
    },
    {
     "verbs": [
      "get"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "configmaps",
      "namespaces",
      "secrets",
      "serviceaccounts"
     ]
    },
    {
     "verbs": [
      "update"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "secrets",
      "serviceaccounts"
     ]
    },
    {
     "verbs": [
      "create"
     ],
     "apiGroups": [
      "authentication.k8s.io"
     ],
     "resources": [
      "tokenreviews"
     ]
    },
    {
     "verbs": [
      "create"
     ],
     "apiGroups": [
      "authorization.k8s.io"
     ],
     "resources": [
      "subjectaccessreviews"
     ]
    },
    {
     "verbs": [
      "list",
      "watch"
     ],
     "apiGroups": [
      "*"
     ],
     "resources": [
      "*"
     ]
    },
    {
     "verbs": [
      "create"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "serviceaccounts/token"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:kube-dns",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "endpoints",
      "services"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:kube-scheduler",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "create",
      "patch",
      "update"
     ],
     "apiGroups": [
      "",
      "events.k8s.io"
     ],
     "resources": [
      "events"
     ]
    },
    {
     "verbs": [
      "create"
     ],
     "apiGroups": [
      "coordination.k8s.io"
     ],
     "resources": [
      "leases"
     ]
    },
    {
     "verbs": [
      "get",
      "update"
     ],
     "apiGroups": [
      "coordination.k8s.io"
     ],
     "resources": [
      "leases"
     ],
     "resourceNames": [
      "kube-scheduler"
     ]
    },
    {
     "verbs": [
      "create"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "endpoints"
     ]
    },
    {
     "verbs": [
      "get",
      "update"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "endpoints"
     ],
     "resourceNames": [
      "kube-scheduler"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "nodes"
     ]
    },
    {
     "verbs": [
      "delete",
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "pods"
     ]
    },
    {
     "verbs": [
      "create"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "bindings",
      "pods/binding"
     ]
    },
    {
     "verbs": [
      "patch",
      "update"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "pods/status"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "replicationcontrollers",
      "services"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      "apps",
      "extensions"
     ],
     "resources": [
      "replicasets"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      "apps"
     ],
     "resources": [
      "statefulsets"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      "policy"
     ],
     "resources": [
      "poddisruptionbudgets"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "persistentvolumeclaims",
      "persistentvolumes"
     ]
    },
    {
     "verbs": [
      "create"
     ],
     "apiGroups": [
      "authentication.k8s.io"
     ],
     "resources": [
      "tokenreviews"
     ]
    },
    {
     "verbs": [
      "create"
     ],
     "apiGroups": [
      "authorization.k8s.io"
     ],
     "resources": [
      "subjectaccessreviews"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      "storage.k8s.io"
     ],
     "resources": [
      "csinodes"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:kubelet-api-admin",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "nodes"
     ]
    },
    {
     "verbs": [
      "proxy"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "nodes"
     ]
    },
    {
     "verbs": [
      "*"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "nodes/log",
      "nodes/metrics",
      "nodes/proxy",
      "nodes/spec",
      "nodes/stats"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:monitoring",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "get"
     ],
     "nonResourceURLs": [
      "/healthz",
      "/healthz/*",
      "/livez",
      "/livez/*",
      "/metrics",
      "/readyz",
      "/readyz/*"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:node",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "create"
     ],
     "apiGroups": [
      "authentication.k8s.io"
     ],
     "resources": [
      "tokenreviews"
     ]
    },
    {
     "verbs": [
      "create"
     ],
     "apiGroups": [
      "authorization.k8s.io"
     ],
     "resources": [
      "localsubjectaccessreviews",
      "subjectaccessreviews"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "services"
     ]
    },
    {
     "verbs": [
      "create",
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "nodes"
     ]
    },
    {
     "verbs": [
      "patch",
      "update"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "nodes/status"
     ]
    },
    {
     "verbs": [
      "patch",
      "update"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "nodes"
     ]
    },
    {
     "verbs": [
      "create",
      "patch",
      "update"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "events"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "pods"
     ]
    },
    {
     "verbs": [
      "create",
      "delete"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "pods"
     ]
    },
    {
     "verbs": [
      "patch",
      "update"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "pods/status"
     ]
    },
    {
     "verbs": [
      "create"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "pods/eviction"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "configmaps",
      "secrets"
     ]
    },
    {
     "verbs": [
      "get"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "persistentvolumeclaims",
      "persistentvolumes"
     ]
    },
    {
     "verbs": [
      "get"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "endpoints"
     ]
    },
    {
     "verbs": [
      "create",
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      "certificates.k8s.io"
     ],
     "resources": [
      "certificatesigningrequests"
     ]
    },
    {
     "verbs": [
      "create",
      "delete",
      "get",
      "patch",
      "update"
     ],
     "apiGroups": [
      "coordination.k8s.io"
     ],
     "resources": [
      "leases"
     ]
    },
    {
     "verbs": [
      "get"
     ],
     "apiGroups": [
      "storage.k8s.io"
     ],
     "resources": [
      "volumeattachments"
     ]
    },
    {
     "verbs": [
      "create"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "serviceaccounts/token"
     ]
    },
    {
     "verbs": [
      "get",
      "patch",
      "update"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "persistentvolumeclaims/status"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      "storage.k8s.io"
     ],
     "resources": [
      "csidrivers"
     ]
    },
    {
     "verbs": [
      "create",
      "delete",
      "get",
      "patch",
      "update"
     ],
     "apiGroups": [
      "storage.k8s.io"
     ],
     "resources": [
      "csinodes"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      "node.k8s.io"
     ],
     "resources": [
      "runtimeclasses"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:node-bootstrapper",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "create",
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      "certificates.k8s.io"
     ],
     "resources": [
      "certificatesigningrequests"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:node-problem-detector",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "get"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "nodes"
     ]
    },
    {
     "verbs": [
      "patch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "nodes/status"
     ]
    },
    {
     "verbs": [
      "create",
      "patch",
      "update"
     ],
     "apiGroups": [
      "",
      "events.k8s.io"
     ],
     "resources": [
      "events"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:node-proxier",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "endpoints",
      "services"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "nodes"
     ]
    },
    {
     "verbs": [
      "create",
      "patch",
      "update"
     ],
     "apiGroups": [
      "",
      "events.k8s.io"
     ],
     "resources": [
      "events"
     ]
    },
    {
     "verbs": [
      "list",
      "watch"
     ],
     "apiGroups": [
      "discovery.k8s.io"
     ],
     "resources": [
      "endpointslices"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:persistent-volume-provisioner",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "create",
      "delete",
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "persistentvolumes"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "update",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "persistentvolumeclaims"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      "storage.k8s.io"
     ],
     "resources": [
      "storageclasses"
     ]
    },
    {
     "verbs": [
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "events"
     ]
    },
    {
     "verbs": [
      "create",
      "patch",
      "update"
     ],
     "apiGroups": [
      "",
      "events.k8s.io"
     ],
     "resources": [
      "events"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:public-info-viewer",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "get"
     ],
     "nonResourceURLs": [
      "/healthz",
      "/livez",
      "/readyz",
      "/version",
      "/version/"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:service-account-issuer-discovery",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "get"
     ],
     "nonResourceURLs": [
      "/.well-known/openid-configuration",
      "/openid/v1/jwks"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:volume-scheduler",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "get",
      "list",
      "patch",
      "update",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "persistentvolumes"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      "storage.k8s.io"
     ],
     "resources": [
      "storageclasses"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "patch",
      "update",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "persistentvolumeclaims"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "view",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults",
     "rbac.authorization.k8s.io/aggregate-to-edit": "true"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "configmaps",
      "endpoints",
      "persistentvolumeclaims",
      "persistentvolumeclaims/status",
      "pods",
      "replicationcontrollers",
      "replicationcontrollers/scale",
      "serviceaccounts",
      "services",
      "services/status"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "bindings",
      "events",
      "limitranges",
      "namespaces/status",
      "pods/log",
      "pods/status",
      "replicationcontrollers/status",
      "resourcequotas",
      "resourcequotas/status"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "namespaces"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      "apps"
     ],
     "resources": [
      "controllerrevisions",
      "daemonsets",
      "daemonsets/status",
      "deployments",
      "deployments/scale",
      "deployments/status",
      "replicasets",
      "replicasets/scale",
      "replicasets/status",
      "statefulsets",
      "statefulsets/scale",
      "statefulsets/status"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      "autoscaling"
     ],
     "resources": [
      "horizontalpodautoscalers",
      "horizontalpodautoscalers/status"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      "batch"
     ],
     "resources": [
      "cronjobs",
      "cronjobs/status",
      "jobs",
      "jobs/status"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      "extensions"
     ],
     "resources": [
      "daemonsets",
      "daemonsets/status",
      "deployments",
      "deployments/scale",
      "deployments/status",
      "ingresses",
      "ingresses/status",
      "networkpolicies",
      "replicasets",
      "replicasets/scale",
      "replicasets/status",
      "replicationcontrollers/scale"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      "policy"
     ],
     "resources": [
      "poddisruptionbudgets",
      "poddisruptionbudgets/status"
     ]
    },
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      "networking.k8s.io"
     ],
     "resources": [
      "ingresses",
      "ingresses/status",
      "networkpolicies"
     ]
    }
   ],
   "aggregationRule": {
    "clusterRoleSelectors": [
     {
      "matchLabels": {
       "rbac.authorization.k8s.io/aggregate-to-view": "true"
      }
     }
    ]
   }
  }
 ],
 "clusterrolebindings": [
  {
   "metadata": {
    "name": "cluster-admin",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "roleRef": {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "ClusterRole",
    "name": "cluster-admin"
   },
   "subjects": [
    {
     "kind": "Group",
     "apiGroup": "rbac.authorization.k8s.io",
     "name": "system:masters"
    }
   ]
  },
  {
   "metadata": {
    "name": "system:basic-user",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "roleRef": {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "ClusterRole",
    "name": "system:basic-user"
   },
   "subjects": [
    {
     "kind": "Group",
     "apiGroup": "rbac.authorization.k8s.io",
     "name": "system:authenticated"
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:attachdetach-controller",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "roleRef": {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "ClusterRole",
    "name": "system:controller:attachdetach-controller"
   },
   "subjects": [
    {
     "kind": "ServiceAccount",
     "name": "attachdetach-controller",
     "namespace": "kube-system"
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:certificate-controller",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "roleRef": {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "ClusterRole",
    "name": "system:controller:certificate-controller"
   },
   "subjects": [
    {
     "kind": "ServiceAccount",
     "name": "certificate-controller",
     "namespace": "kube-system"
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:clusterrole-aggregation-controller",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "roleRef": {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "ClusterRole",
    "name": "system:controller:clusterrole-aggregation-controller"
   },
   "subjects": [
    {
     "kind": "ServiceAccount",
     "name": "clusterrole-aggregation-controller",
     "namespace": "kube-system"
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:cronjob-controller",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "roleRef": {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "ClusterRole",
    "name": "system:controller:cronjob-controller"
   },
   "subjects": [
    {
     "kind": "ServiceAccount",
     "name": "cronjob-controller",
     "namespace": "kube-system"
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:daemon-set-controller",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "roleRef": {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "ClusterRole",
    "name": "system:controller:daemon-set-controller"
   },
   "subjects": [
    {
     "kind": "ServiceAccount",
     "name": "daemon-set-controller",
     "namespace": "kube-system"
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:deployment-controller",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "roleRef": {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "ClusterRole",
    "name": "system:controller:deployment-controller"
   },
   "subjects": [
    {
     "kind": "ServiceAccount",
     "name": "deployment-controller",
     "namespace": "kube-system"
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:disruption-controller",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "roleRef": {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "ClusterRole",
    "name": "system:controller:disruption-controller"
   },
   "subjects": [
    {
     "kind": "ServiceAccount",
     "name": "disruption-controller",
     "namespace": "kube-system"
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:endpoint-controller",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "roleRef": {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "ClusterRole",
    "name": "system:controller:endpoint-controller"
   },
   "subjects": [
    {
     "kind": "ServiceAccount",
     "name": "endpoint-controller",
     "namespace": "kube-system"
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:endpointslice-controller",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "roleRef": {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "ClusterRole",
    "name": "system:controller:endpointslice-controller"
   },
   "subjects": [
    {
     "kind": "ServiceAccount",
     "name": "endpointslice-controller",
     "namespace": "kube-system"
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:endpointslicemirroring-controller",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "roleRef": {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "ClusterRole",
    "name": "system:controller:endpointslicemirroring-controller"
   },
   "subjects": [
    {
     "kind": "ServiceAccount",
     "name": "endpointslicemirroring-controller",
     "namespace": "kube-system"
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:expand-controller",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "roleRef": {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "ClusterRole",
    "name": "system:controller:expand-controller"
   },
   "subjects": [
    {
     "kind": "ServiceAccount",
     "name": "expand-controller",
     "namespace": "kube-system"
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:generic-garbage-collector",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "roleRef": {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "ClusterRole",
    "name": "system:controller:generic-garbage-collector"
   },
   "subjects": [
    {
     "kind": "ServiceAccount",
     "name": "generic-garbage-collector",
     "namespace": "kube-system"
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:horizontal-pod-autoscaler",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "roleRef": {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "ClusterRole",
    "name": "system:controller:horizontal-pod-autoscaler"
   },
   "subjects": [
    {
     "kind": "ServiceAccount",
     "name": "horizontal-pod-autoscaler",
     "namespace": "kube-system"
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:job-controller",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "roleRef": {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "ClusterRole",
    "name": "system:controller:job-controller"
   },
   "subjects": [
    {
     "kind": "ServiceAccount",
     "name": "job-controller",
     "namespace": "kube-system"
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:namespace-controller",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "roleRef": {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "ClusterRole",
    "name": "system:controller:namespace-controller"
   },
   "subjects": [
    {
     "kind": "ServiceAccount",
     "name": "namespace-controller",
     "namespace": "kube-system"
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:node-controller",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "roleRef": {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "ClusterRole",
    "name": "system:controller:node-controller"
   },
   "subjects": [
    {
     "kind": "ServiceAccount",
     "name": "node-controller",
     "namespace": "kube-system"
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:persistent-volume-binder",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "roleRef": {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "ClusterRole",
    "name": "system:controller:persistent-volume-binder"
   },
   "subjects": [
    {
     "kind": "ServiceAccount",
     "name": "persistent-volume-binder",
     "namespace": "kube-system"
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:pod-garbage-collector",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "roleRef": {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "ClusterRole",
    "name": "system:controller:pod-garbage-collector"
   },
   "subjects": [
    {
     "kind": "ServiceAccount",
     "name": "pod-garbage-collector",
     "namespace": "kube-system"
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:pv-protection-controller",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "roleRef": {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "ClusterRole",
    "name": "system:controller:pv-protection-controller"
   },
   "subjects": [
    {
     "kind": "ServiceAccount",
     "name": "pv-protection-controller",
     "namespace": "kube-system"
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:pvc-protection-controller",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "roleRef": {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "ClusterRole",
    "name": "system:controller:pvc-protection-controller"
   },
   "subjects": [
    {
     "kind": "ServiceAccount",
     "name": "pvc-protection-controller",
     "namespace": "kube-system"
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:replicaset-controller",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "roleRef": {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "ClusterRole",
    "name": "system:controller:replicaset-controller"
   },
   "subjects": [
    {
     "kind": "ServiceAccount",
     "name": "replicaset-controller",
     "namespace": "kube-system"
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:replication-controller",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "roleRef": {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "ClusterRole",
    "name": "system:controller:replication-controller"
   },
   "subjects": [
    {
     "kind": "ServiceAccount",
     "name": "replication-controller",
     "namespace": "kube-system"
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:resourcequota-controller",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "roleRef": {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "ClusterRole",
    "name": "system:controller:resourcequota-controller"
   },
   "subjects": [
    {
     "kind": "ServiceAccount",
     "name": "resourcequota-controller",
     "namespace": "kube-system"
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:root-ca-cert-publisher",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "roleRef": {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "ClusterRole",
    "name": "system:controller:root-ca-cert-publisher"
   },
   "subjects": [
    {
     "kind": "ServiceAccount",
     "name": "root-ca-cert-publisher",
     "namespace": "kube-system"
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:route-controller",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "roleRef": {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "ClusterRole",
    "name": "system:controller:route-controller"
   },
   "subjects": [
    {
     "kind": "ServiceAccount",
     "name": "route-controller",
     "namespace": "kube-system"
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:service-account-controller",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "roleRef": {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "ClusterRole",
    "name": "system:controller:service-account-controller"
   },
   "subjects": [
    {
     "kind": "ServiceAccount",
     "name": "service-account-controller",
     "namespace": "kube-system"
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:service-controller",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "roleRef": {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "ClusterRole",
    "name": "system:controller:service-controller"
   },
   "subjects": [
    {
     "kind": "ServiceAccount",
     "name": "service-controller",
     "namespace": "kube-system"
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:statefulset-controller",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "roleRef": {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "ClusterRole",
    "name": "system:controller:statefulset-controller"
   },
   "subjects": [
    {
     "kind": "ServiceAccount",
     "name": "statefulset-controller",
     "namespace": "kube-system"
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:ttl-controller",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "roleRef": {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "ClusterRole",
    "name": "system:controller:ttl-controller"
   },
   "subjects": [
    {
     "kind": "ServiceAccount",
     "name": "ttl-controller",
     "namespace": "kube-system"
    }
   ]
  },
  {
   "metadata": {
    "name": "system:discovery",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "roleRef": {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "ClusterRole",
    "name": "system:discovery"
   },
   "subjects": [
    {
     "kind": "Group",
     "apiGroup": "rbac.authorization.k8s.io",
     "name": "system:authenticated"
    }
   ]
  },
  {
   "metadata": {
    "name": "system:kube-controller-manager",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "roleRef": {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "ClusterRole",
    "name": "system:kube-controller-manager"
   },
   "subjects": [
    {
     "kind": "User",
     "apiGroup": "rbac.authorization.k8s.io",
     "name": "system:kube-controller-manager"
    }
   ]
  },
  {
   "metadata": {
    "name": "system:kube-dns",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "roleRef": {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "ClusterRole",
    "name": "system:kube-dns"
   },
   "subjects": [
    {
     "kind": "ServiceAccount",
     "name": "kube-dns",
     "namespace": "kube-system"
    }
   ]
  },
  {
   "metadata": {
    "name": "system:kube-scheduler",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "roleRef": {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "ClusterRole",
    "name": "system:kube-scheduler"
   },
   "subjects": [
    {
     "kind": "User",
     "apiGroup": "rbac.authorization.k8s.io",
     "name": "system:kube-scheduler"
    }
   ]
  },
  {
   "metadata": {
    "name": "system:monitoring",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "roleRef": {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "ClusterRole",
    "name": "system:monitoring"
   },
   "subjects": [
    {
     "kind": "Group",
     "apiGroup": "rbac.authorization.k8s.io",
     "name": "system:monitoring"
    }
   ]
  },
  {
   "metadata": {
    "name": "system:node",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "roleRef": {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "ClusterRole",
    "name": "system:node"
   }
  },
  {
   "metadata": {
    "name": "system:node-proxier",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "roleRef": {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "ClusterRole",
    "name": "system:node-proxier"
   },
   "subjects": [
    {
     "kind": "User",
     "apiGroup": "rbac.authorization.k8s.io",
     "name": "system:kube-proxy"
    }
   ]
  },
  {
   "metadata": {
    "name": "system:public-info-viewer",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "roleRef": {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "ClusterRole",
    "name": "system:public-info-viewer"
   },
   "subjects": [
    {
     "kind": "Group",
     "apiGroup": "rbac.authorization.k8s.io",
     "name": "system:authenticated"
    },
    {
     "kind": "Group",
     "apiGroup": "rbac.authorization.k8s.io",
     "name": "system:unauthenticated"
    }
   ]
  },
  {
   "metadata": {
    "name": "system:service-account-issuer-discovery",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "roleRef": {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "ClusterRole",
    "name": "system:service-account-issuer-discovery"
   },
   "subjects": [
    {
     "kind": "Group",
     "apiGroup": "rbac.authorization.k8s.io",
     "name": "system:serviceaccounts"
    }
   ]
  },
  {
   "metadata": {
    "name": "system:volume-scheduler",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "roleRef": {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "ClusterRole",
    "name": "system:volume-scheduler"
   },
   "subjects": [
    {
     "kind": "User",
     "apiGroup": "rbac.authorization.k8s.io",
     "name": "system:kube-scheduler"
    }
   ]
  }
 ],
 "roles": [
  {
   "metadata": {
    "name": "system:controller:bootstrap-signer",
    "namespace": "kube-public",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "configmaps"
     ]
    },
    {
     "verbs": [
      "update"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "configmaps"
     ],
     "resourceNames": [
      "cluster-info"
     ]
    },
    {
     "verbs": [
      "create",
      "patch",
      "update"
     ],
     "apiGroups": [
      "",
      "events.k8s.io"
     ],
     "resources": [
      "events"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "extension-apiserver-authentication-reader",
    "namespace": "kube-system",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "configmaps"
     ],
     "resourceNames": [
      "extension-apiserver-authentication"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system::leader-locking-kube-controller-manager",
    "namespace": "kube-system",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "configmaps"
     ]
    },
    {
     "verbs": [
      "get",
      "update"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "configmaps"
     ],
     "resourceNames": [
      "kube-controller-manager"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system::leader-locking-kube-scheduler",
    "namespace": "kube-system",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "configmaps"
     ]
    },
    {
     "verbs": [
      "get",
      "update"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "configmaps"
     ],
     "resourceNames": [
      "kube-scheduler"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:bootstrap-signer",
    "namespace": "kube-system",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "secrets"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:cloud-provider",
    "namespace": "kube-system",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "create",
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "configmaps"
     ]
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:token-cleaner",
    "namespace": "kube-system",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "rules": [
    {
     "verbs": [
      "delete",
      "get",
      "list",
      "watch"
     ],
     "apiGroups": [
      ""
     ],
     "resources": [
      "secrets"
     ]
    },
    {
     "verbs": [
      "create",
      "patch",
      "update"
     ],
     "apiGroups": [
      "",
      "events.k8s.io"
     ],
     "resources": [
      "events"
     ]
    }
   ]
  }
 ],
 "rolebindings": [
  {
   "metadata": {
    "name": "system:controller:bootstrap-signer",
    "namespace": "kube-public",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "roleRef": {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "Role",
    "name": "system:controller:bootstrap-signer"
   },
   "subjects": [
    {
     "kind": "ServiceAccount",
     "name": "bootstrap-signer",
     "namespace": "kube-system"
    }
   ]
  },
  {
   "metadata": {
    "name": "system::extension-apiserver-authentication-reader",
    "namespace": "kube-system",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "roleRef": {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "Role",
    "name": "extension-apiserver-authentication-reader"
   },
   "subjects": [
    {
     "kind": "User",
     "apiGroup": "rbac.authorization.k8s.io",
     "name": "system:kube-controller-manager"
    },
    {
     "kind": "User",
     "apiGroup": "rbac.authorization.k8s.io",
     "name": "system:kube-scheduler"
    }
   ]
  },
  {
   "metadata": {
    "name": "system::leader-locking-kube-controller-manager",
    "namespace": "kube-system",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "roleRef": {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "Role",
    "name": "system::leader-locking-kube-controller-manager"
   },
   "subjects": [
    {
     "kind": "User",
     "apiGroup": "rbac.authorization.k8s.io",
     "name": "system:kube-controller-manager"
    },
    {
     "kind": "ServiceAccount",
     "name": "kube-controller-manager",
     "namespace": "kube-system"
    }
   ]
  },
  {
   "metadata": {
    "name": "system::leader-locking-kube-scheduler",
    "namespace": "kube-system",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "roleRef": {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "Role",
    "name": "system::leader-locking-kube-scheduler"
   },
   "subjects": [
    {
     "kind": "User",
     "apiGroup": "rbac.authorization.k8s.io",
     "name": "system:kube-scheduler"
    },
    {
     "kind": "ServiceAccount",
     "name": "kube-scheduler",
     "namespace": "kube-system"
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:bootstrap-signer",
    "namespace": "kube-system",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "roleRef": {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "Role",
    "name": "system:controller:bootstrap-signer"
   },
   "subjects": [
    {
     "kind": "ServiceAccount",
     "name": "bootstrap-signer",
     "namespace": "kube-system"
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:cloud-provider",
    "namespace": "kube-system",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "roleRef": {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "Role",
    "name": "system:controller:cloud-provider"
   },
   "subjects": [
    {
     "kind": "ServiceAccount",
     "name": "cloud-provider",
     "namespace": "kube-system"
    }
   ]
  },
  {
   "metadata": {
    "name": "system:controller:token-cleaner",
    "namespace": "kube-system",
    "labels": {
     "kubernetes.io/bootstrapping": "rbac-defaults"
    },
    "annotations": {
     "rbac.authorization.kubernetes.io/autoupdate": "true"
    }
   },
   "roleRef": {
    "apiGroup": "rbac.authorization.k8s.io",
    "kind": "Role",
    "name": "system:controller:token-cleaner"
   },
   "subjects": [
    {
     "kind": "ServiceAccount",
     "name": "token-cleaner",
     "namespace": "kube-system"
    }
   ]
  }
 ]
};
