import { join } from 'node:path'

/** Where two servers are, and what is in front of them. */
export interface Ports {
  readonly one: number
  readonly two: number
  readonly front: number
}

export interface Proxy {
  /** of its configuration */
  readonly file: string
  readonly text: string
  readonly start: readonly string[]
}

/** Configurations as docs/OPERATIONS.md has them, without TLS. */
export function proxiesAt({ one, two, front }: Ports, folder: string): Readonly<Record<string, Proxy>> {
  return {
    haproxy: {
      file: 'haproxy.cfg',
      text: `defaults
  mode http
  timeout connect 2s
  timeout client 60s
  timeout server 60s
  timeout check 2s
  option redispatch
  retries 3
  option forwardfor
frontend front
  bind 127.0.0.1:${front}
  default_backend neptun
backend neptun
  balance roundrobin
  option httpchk GET /readyz
  default-server check inter 1s fall 2 rise 1
  server one 127.0.0.1:${one}
  server two 127.0.0.1:${two}
`,
      start: ['haproxy', '-db', '-f', 'haproxy.cfg'],
    },
    nginx: {
      file: 'nginx.conf',
      text: `daemon off; pid ${folder}/nginx.pid; error_log ${folder}/nginx.log; worker_processes 1;
events {}
http {
  access_log off;
  upstream neptun {
    server 127.0.0.1:${one} max_fails=1 fail_timeout=1s;
    server 127.0.0.1:${two} max_fails=1 fail_timeout=1s;
    keepalive 32;
    keepalive_timeout 2s;
  }
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/f;
  uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  server {
    listen 127.0.0.1:${front};
    location / {
      proxy_pass http://neptun;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_next_upstream error timeout;
      proxy_next_upstream_tries 2;
    }
  }
}
`,
      start: ['nginx', '-p', folder, '-c', join(folder, 'nginx.conf')],
    },
    caddy: {
      file: 'Caddyfile',
      text: `{
	admin off
	auto_https off
}
http://127.0.0.1:${front} {
	reverse_proxy 127.0.0.1:${one} 127.0.0.1:${two} {
		health_uri /readyz
		health_interval 1s
		health_timeout 2s
		lb_try_duration 5s
		transport http {
			keepalive 2s
		}
	}
}
`,
      start: ['caddy', 'run', '--config', 'Caddyfile', '--adapter', 'caddyfile'],
    },
  }
}
