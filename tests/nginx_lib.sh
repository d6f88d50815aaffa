# Shared by tests that put nginx before a collector. Sourced behind lib.sh.

# nginx_files: $scratch/nginx with a configuration that includes site.conf, which the test writes
nginx_files() {
	mkdir -p "$scratch/nginx"
	cat >"$scratch/nginx/nginx.conf" <<END
daemon off;
$([ "$(id -u)" = 0 ] && echo 'user root;')
pid $scratch/nginx/pid;
error_log $scratch/nginx/error.log;
events {}
http {
	access_log off;
	client_body_temp_path $scratch/nginx/body;
	proxy_temp_path $scratch/nginx/proxy;
	fastcgi_temp_path $scratch/nginx/f;
	uwsgi_temp_path $scratch/nginx/u;
	scgi_temp_path $scratch/nginx/s;
	include $scratch/nginx/site.conf;
}
END
}
