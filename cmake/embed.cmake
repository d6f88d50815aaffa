# Makes each src/FOLDER/*.sql a string constant of that folder: `top.sql` of analysis is
# `const char sql_top[]`, declared in the generated header "FOLDER/sql.h".
function(embed_sql folder)
	file(GLOB files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${folder}/*.sql)
	set(out ${CMAKE_BINARY_DIR}/generated/${folder})
	add_custom_command(
		OUTPUT ${out}/sql.c ${out}/sql.h
		COMMAND ${CMAKE_COMMAND} -DOUT=${out} "-DFILES=${files}" -P ${CMAKE_SOURCE_DIR}/cmake/embed_files.cmake
		DEPENDS ${files} ${CMAKE_SOURCE_DIR}/cmake/embed_files.cmake
		VERBATIM)
	target_sources(${folder} PRIVATE ${out}/sql.c ${out}/sql.h)
	target_include_directories(${folder} PUBLIC ${CMAKE_BINARY_DIR}/generated)
endfunction()
